import { optional, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsForMove } from '../iam-principal.ts'
import { existingUserName, path, userName } from '../iam-shapes.ts'
import { changeUser } from '../iam-user.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Gives a user another name or path, or both (AWS IAM API Reference: UpdateUser). */
export const updateUser = defineIamOperation({
  name: 'UpdateUser',
  input: structure('UpdateUserRequest', {
    userName: required(existingUserName),
    newPath: optional(path),
    newUserName: optional(userName),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ userName: oldName, newPath, newUserName }, call) =>
    permissionsForMove(call, 'iam:UpdateUser', 'user', oldName, {
      path: newPath,
      name: newUserName,
    }),
  run: async ({ userName: oldName, newPath, newUserName }, call) => {
    await changeUser(call, oldName, () => ({ name: newUserName, path: newPath }))
    return DONE
  },
})
