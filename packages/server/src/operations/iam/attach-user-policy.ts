import { required, structure } from '../../shapes/shape.ts'
import { attachPolicy, permitAttachment } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { arn, userName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Puts a managed policy on a user (AWS IAM API Reference: AttachUserPolicy). */
export const attachUserPolicy = defineIamOperation({
  name: 'AttachUserPolicy',
  input: structure('AttachUserPolicyRequest', {
    userName: required(userName),
    policyArn: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitAttachment(call, 'iam:AttachUserPolicy', 'user', input.userName, input.policyArn),
  run: async (input, call) => {
    await attachPolicy(call, 'user', input.userName, input.policyArn)
    return DONE
  },
})
