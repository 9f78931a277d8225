import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { changeRole } from './iam-role.ts'
import { arn, roleName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Bounds a role by a managed policy (AWS IAM API Reference: PutRolePermissionsBoundary). */
export const putRolePermissionsBoundary = defineOperation({
  api: IAM,
  name: 'PutRolePermissionsBoundary',
  input: structure('PutRolePermissionsBoundaryRequest', {
    roleName: required(roleName),
    permissionsBoundary: required(arn),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ roleName: name, permissionsBoundary }, call) =>
    permitOnPrincipal(call, 'iam:PutRolePermissionsBoundary', 'role', name, () => [
      ['iam:PermissionsBoundary', permissionsBoundary],
    ]),
  run: async ({ roleName: name, permissionsBoundary: permissionsBoundaryArn }, call) => {
    await changeRole(call, name, () => ({ permissionsBoundaryArn }))
    return DONE
  },
})
