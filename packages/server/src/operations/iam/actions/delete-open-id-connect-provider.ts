import { deleteOidcProvider } from '../../../changes/oidc-providers.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Deletes a registered issuer. A missing one is refused as on AWS, against its documentation
 * (aws-wire-news §8).
 */
export const deleteOpenIdConnectProvider = defineIamOperation({
  name: 'DeleteOpenIDConnectProvider',
  input: structure('DeleteOpenIDConnectProviderRequest', {
    openIDConnectProviderArn: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permissionsOnProvider(call, 'iam:DeleteOpenIDConnectProvider', providerArn),
  run: async ({ openIDConnectProviderArn: providerArn }, call) => {
    await inTurn(call, turn => deleteOidcProvider(turn, call.caller.account, providerArn))
    return DONE
  },
})
