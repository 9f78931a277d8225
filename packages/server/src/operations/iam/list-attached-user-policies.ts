import { list, optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { listAttachedPolicies } from './attachments.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { attachedPolicy, pageInput, pageOutput, policyPath, userName } from './iam-shapes.ts'
import { answer } from './outcome.ts'

/** Lists the managed policies on a user (AWS IAM API Reference: ListAttachedUserPolicies). */
export const listAttachedUserPolicies = defineOperation({
  api: IAM,
  name: 'ListAttachedUserPolicies',
  input: structure('ListAttachedUserPoliciesRequest', {
    userName: required(userName),
    pathPrefix: optional(policyPath),
    ...pageInput,
  }),
  output: structure('ListAttachedUserPoliciesResponse', {
    attachedPolicies: required(list(attachedPolicy)),
    ...pageOutput,
  }),
  authentication: 'signature',
  readOnly: true,
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:ListAttachedUserPolicies', 'user', input.userName),
  run: async (input, call) => {
    const user = await loadPrincipal(call, 'user', input.userName)
    return answer(await listAttachedPolicies(call, user, input))
  },
})
