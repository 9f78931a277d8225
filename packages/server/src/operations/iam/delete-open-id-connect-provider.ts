import { required, structure } from '../../shapes/shape.ts'
import { StoreError } from '../../store/ports.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { permitOnProvider, requireProviderArn } from './iam-oidc-provider.ts'
import { arn } from './iam-shapes.ts'
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
  run: async ({ openIDConnectProviderArn: providerArn }, { caller, services }) => {
    requireProviderArn(providerArn)
    try {
      await services.store.deleteOidcProvider(caller.account.id, providerArn)
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'missing') throw error
    }
    return DONE
  },
})
