import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn, clientId } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Lets tokens of an issuer be for one more audience; one that is there already does not matter (AWS
 * IAM API Reference: AddClientIDToOpenIDConnectProvider).
 */
export const addClientIdToOpenIdConnectProvider = defineIamOperation({
  name: 'AddClientIDToOpenIDConnectProvider',
  input: structure('AddClientIDToOpenIDConnectProviderRequest', {
    openIDConnectProviderArn: required(arn),
    clientID: required(clientId),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permissionsOnProvider(call, 'iam:AddClientIDToOpenIDConnectProvider', providerArn),
  run: async ({ openIDConnectProviderArn: providerArn, clientID }, call) => {
    await changeProvider(call, providerArn, ({ clientIds }) => ({
      clientIds: [...clientIds, clientID],
    }))
    return DONE
  },
})
