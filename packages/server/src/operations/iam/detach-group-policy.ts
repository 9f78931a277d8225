import { required, structure } from '../../shapes/shape.ts'
import { detachPolicy, permitAttachment } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { arn, groupName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Takes a managed policy off a group (AWS IAM API Reference: DetachGroupPolicy). */
export const detachGroupPolicy = defineIamOperation({
  name: 'DetachGroupPolicy',
  input: structure('DetachGroupPolicyRequest', {
    groupName: required(groupName),
    policyArn: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitAttachment(call, 'iam:DetachGroupPolicy', 'group', input.groupName, input.policyArn),
  run: async (input, call) => {
    await detachPolicy(call, 'group', input.groupName, input.policyArn)
    return DONE
  },
})
