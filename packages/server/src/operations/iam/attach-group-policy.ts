import { required, structure } from '../../shapes/shape.ts'
import { attachPolicy, permitAttachment } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { arn, groupName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Puts a managed policy on a group (AWS IAM API Reference: AttachGroupPolicy). */
export const attachGroupPolicy = defineIamOperation({
  name: 'AttachGroupPolicy',
  input: structure('AttachGroupPolicyRequest', {
    groupName: required(groupName),
    policyArn: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitAttachment(call, 'iam:AttachGroupPolicy', 'group', input.groupName, input.policyArn),
  run: async (input, call) => {
    await attachPolicy(call, 'group', input.groupName, input.policyArn)
    return DONE
  },
})
