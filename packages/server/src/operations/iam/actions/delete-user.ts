import { deleteUser as removeUser } from '../../../changes/users.ts'
import { type Infer, required, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { existingUserName } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('DeleteUserRequest', { userName: required(existingUserName) })

/** Deletes a user that has nothing left (AWS IAM API Reference: DeleteUser). */
export const deleteUser = defineIamOperation({
  name: 'DeleteUser',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnPrincipal(call, 'iam:DeleteUser', 'user', userName),
  run,
})

async function run({ userName }: Infer<typeof input>, call: Call) {
  await inTurn(call, turn => removeUser(turn, call.caller.account, userName))
  return DONE
}
