import { required, structure } from '../../shapes/shape.ts'
import { attachPolicy, permitAttachment } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { arn, roleName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Attaches a managed policy to a role (AWS IAM API Reference: AttachRolePolicy). */
export const attachRolePolicy = defineIamOperation({
  name: 'AttachRolePolicy',
  input: structure('AttachRolePolicyRequest', {
    roleName: required(roleName),
    policyArn: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: ({ roleName: name, policyArn }, call) =>
    permitAttachment(call, 'iam:AttachRolePolicy', 'role', name, policyArn),
  run: async (input, call) => {
    await attachPolicy(call, 'role', input.roleName, input.policyArn)
    return DONE
  },
})
