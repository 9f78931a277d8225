import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { detachPolicy, permitAttachment } from './attachments.ts'
import { describeInput } from './describe-input.ts'
import { arn, userName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Takes a managed policy off a user (AWS IAM API Reference: DetachUserPolicy). */
export const detachUserPolicy = defineOperation({
  api: IAM,
  name: 'DetachUserPolicy',
  input: structure('DetachUserPolicyRequest', {
    userName: required(userName),
    policyArn: required(arn),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitAttachment(call, 'iam:DetachUserPolicy', 'user', input.userName, input.policyArn),
  run: async (input, call) => {
    await detachPolicy(call, 'user', input.userName, input.policyArn)
    return DONE
  },
})
