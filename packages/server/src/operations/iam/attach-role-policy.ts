import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { attachPolicy, permitAttachment } from './attachments.ts'
import { describeInput } from './describe-input.ts'
import { arn, roleName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Attaches a managed policy to a role (AWS IAM API Reference: AttachRolePolicy). */
export const attachRolePolicy = defineOperation({
  api: IAM,
  name: 'AttachRolePolicy',
  input: structure('AttachRolePolicyRequest', {
    roleName: required(roleName),
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
  permissions: ({ roleName: name, policyArn }, call) =>
    permitAttachment(call, 'iam:AttachRolePolicy', 'role', name, policyArn),
  run: async (input, call) => {
    await attachPolicy(call, 'role', input.roleName, input.policyArn)
    return DONE
  },
})
