import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { changeRole } from './iam-role.ts'
import { policyDocument, roleName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Replaces who may assume a role (AWS IAM API Reference: UpdateAssumeRolePolicy). */
export const updateAssumeRolePolicy = defineOperation({
  api: IAM,
  name: 'UpdateAssumeRolePolicy',
  input: structure('UpdateAssumeRolePolicyRequest', {
    roleName: required(roleName),
    policyDocument: required(policyDocument),
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
    permitOnPrincipal(call, 'iam:UpdateAssumeRolePolicy', 'role', input.roleName),
  run: async (input, call) => {
    await changeRole(call, input.roleName, () => ({ trustPolicy: input.policyDocument }))
    return DONE
  },
})
