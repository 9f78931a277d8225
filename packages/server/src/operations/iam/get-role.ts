import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findRole } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { describeRole, findRoleLastUsed, roleShape } from './iam-role.ts'
import { roleName } from './iam-shapes.ts'
import { answer } from './outcome.ts'

/** Shows a role with everything (AWS IAM API Reference: GetRole). */
export const getRole = defineOperation({
  api: IAM,
  name: 'GetRole',
  input: structure('GetRoleRequest', { roleName: required(roleName) }),
  output: structure('GetRoleResponse', { role: required(roleShape) }),
  authentication: 'signature',
  readOnly: true,
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) => permitOnPrincipal(call, 'iam:GetRole', 'role', input.roleName),
  run: async (input, call) => {
    const role = await findRole(call, input.roleName)
    const roleLastUsed = await findRoleLastUsed(call, role)
    return answer({ role: { ...(await describeRole(call, role)), roleLastUsed } })
  },
})
