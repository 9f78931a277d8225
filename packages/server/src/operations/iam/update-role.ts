import { optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findRole } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { saveRole } from './iam-role.ts'
import { roleDescription, roleMaxSessionDuration, roleName } from './iam-shapes.ts'
import { answer } from './outcome.ts'

/**
 * Changes description and longest session of a role; what is left out stays as it is, as IAM was seen
 * to do (AWS IAM API Reference: UpdateRole).
 */
export const updateRole = defineOperation({
  api: IAM,
  name: 'UpdateRole',
  input: structure('UpdateRoleRequest', {
    roleName: required(roleName),
    description: optional(roleDescription),
    maxSessionDuration: optional(roleMaxSessionDuration),
  }),
  output: structure('UpdateRoleResponse', {}),
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) => permitOnPrincipal(call, 'iam:UpdateRole', 'role', input.roleName),
  run: async (input, call) => {
    const role = await findRole(call, input.roleName)
    await saveRole(call, {
      ...role,
      description: input.description ?? role.description,
      maxSessionSeconds: input.maxSessionDuration ?? role.maxSessionSeconds,
    })
    return answer({})
  },
})
