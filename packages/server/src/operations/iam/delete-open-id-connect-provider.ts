import { deleteOidcProvider } from '../../changes/oidc-providers.ts'
import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { permitOnProvider } from './iam-oidc-provider.ts'
import { arn } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { DONE } from './outcome.ts'

/**
 * Deletes a registered issuer; one that is not there does not matter (AWS IAM API Reference:
 * DeleteOpenIDConnectProvider).
 */
export const deleteOpenIdConnectProvider = defineOperation({
  api: IAM,
  name: 'DeleteOpenIDConnectProvider',
  input: structure('DeleteOpenIDConnectProviderRequest', {
    openIDConnectProviderArn: required(arn),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permitOnProvider(call, 'iam:DeleteOpenIDConnectProvider', providerArn),
  run: async ({ openIDConnectProviderArn: providerArn }, call) => {
    await inTurn(call, turn => deleteOidcProvider(turn, call.caller.account, providerArn))
    return DONE
  },
})
