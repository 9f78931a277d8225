import { required, structure } from '../../shapes/shape.ts'
import { detachPolicy, permitAttachment } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { arn, roleName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Takes a managed policy off a role (AWS IAM API Reference: DetachRolePolicy). */
export const detachRolePolicy = defineIamOperation({
  name: 'DetachRolePolicy',
  input: structure('DetachRolePolicyRequest', {
    roleName: required(roleName),
    policyArn: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: ({ roleName: name, policyArn }, call) =>
    permitAttachment(call, 'iam:DetachRolePolicy', 'role', name, policyArn),
  run: async (input, call) => {
    await detachPolicy(call, 'role', input.roleName, input.policyArn)
    return DONE
  },
})
