import { list, optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { listAttachedPolicies } from './attachments.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { attachedPolicy, groupName, pageInput, pageOutput, policyPath } from './iam-shapes.ts'
import { answer } from './outcome.ts'

/** Lists the managed policies on a group (AWS IAM API Reference: ListAttachedGroupPolicies). */
export const listAttachedGroupPolicies = defineOperation({
  api: IAM,
  name: 'ListAttachedGroupPolicies',
  input: structure('ListAttachedGroupPoliciesRequest', {
    groupName: required(groupName),
    pathPrefix: optional(policyPath),
    ...pageInput,
  }),
  output: structure('ListAttachedGroupPoliciesResponse', {
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
    permitOnPrincipal(call, 'iam:ListAttachedGroupPolicies', 'group', input.groupName),
  run: async (input, call) => {
    const group = await loadPrincipal(call, 'group', input.groupName)
    return answer(await listAttachedPolicies(call, group, input))
  },
})
