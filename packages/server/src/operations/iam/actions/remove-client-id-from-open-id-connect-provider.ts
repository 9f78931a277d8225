import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn, clientId } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Takes an audience from an issuer; one that is not there does not matter (AWS IAM API Reference:
 * RemoveClientIDFromOpenIDConnectProvider).
 */
export const removeClientIdFromOpenIdConnectProvider = defineIamOperation({
  name: 'RemoveClientIDFromOpenIDConnectProvider',
  input: structure('RemoveClientIDFromOpenIDConnectProviderRequest', {
    openIDConnectProviderArn: required(arn),
    clientID: required(clientId),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permissionsOnProvider(call, 'iam:RemoveClientIDFromOpenIDConnectProvider', providerArn),
  run: async ({ openIDConnectProviderArn: providerArn, clientID }, call) => {
    await changeProvider(call, providerArn, ({ clientIds }) => ({
      clientIds: clientIds.filter(each => each !== clientID),
    }))
    return DONE
  },
})
