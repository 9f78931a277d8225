import { required, structure } from '../../shapes/shape.ts'
import { detachPolicy, permitAttachment } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { arn, userName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Takes a managed policy off a user (AWS IAM API Reference: DetachUserPolicy). */
export const detachUserPolicy = defineIamOperation({
  name: 'DetachUserPolicy',
  input: structure('DetachUserPolicyRequest', {
    userName: required(userName),
    policyArn: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitAttachment(call, 'iam:DetachUserPolicy', 'user', input.userName, input.policyArn),
  run: async (input, call) => {
    await detachPolicy(call, 'user', input.userName, input.policyArn)
    return DONE
  },
})
