import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findRole } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { readTrustPolicy, saveRole } from './iam-role.ts'
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
    const role = await findRole(call, input.roleName)
    await saveRole(call, { ...role, ...(await readTrustPolicy(call, input.policyDocument)) })
    return DONE
  },
})
