import { ServiceError } from '../../../errors.ts'
import { boolean, type Infer, optional, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { listIssuerContext } from '../iam-context-provider.ts'
import { changeProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn, contextProvider } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('UpdateOpenIDConnectProviderRequest', {
  openIDConnectProviderArn: required(arn),
  contextProvider: optional(contextProvider),
  removeContextProvider: optional(boolean()),
})

type Input = Infer<typeof input>

/**
 * Says which claims of an issuer's tokens sessions keep, or that they keep none (AWS IAM API
 * Reference: UpdateOpenIDConnectProvider). Existing sessions keep what they have.
 */
export const updateOpenIdConnectProvider = defineIamOperation({
  name: 'UpdateOpenIDConnectProvider',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  checkInput,
  permissions: ({ openIDConnectProviderArn: providerArn, ...request }, call) => {
    const issuer = providerArn.slice(providerArn.indexOf('/') + 1)
    const context = listIssuerContext('Resource', issuer, request.contextProvider !== undefined)
    return permissionsOnProvider(call, 'iam:UpdateOpenIDConnectProvider', providerArn, context)
  },
  run: async ({ openIDConnectProviderArn: providerArn, contextProvider: wanted = null }, call) => {
    await changeProvider(call, providerArn, () => ({ contextProvider: wanted }))
    return DONE
  },
})

/** A request sets the context provider or removes it. Code and texts are UNVERIFIED. */
function checkInput(request: Input): void {
  const sets = request.contextProvider !== undefined
  const removes = request.removeContextProvider === true
  if (sets === removes) {
    const text = sets
      ? 'ContextProvider and RemoveContextProvider exclude each other.'
      : 'Either ContextProvider or RemoveContextProvider must be specified.'
    throw new ServiceError('InvalidInput', text)
  }
}
