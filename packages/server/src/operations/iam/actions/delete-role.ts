import { deleteRole as removeRole } from '../../../changes/roles.ts'
import { type Infer, required, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { roleName } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('DeleteRoleRequest', { roleName: required(roleName) })

/** Deletes a role without policies (AWS IAM API Reference: DeleteRole). */
export const deleteRole = defineIamOperation({
  name: 'DeleteRole',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (request, call) =>
    permissionsOnPrincipal(call, 'iam:DeleteRole', 'role', request.roleName),
  run: run,
})

async function run({ roleName: name }: Infer<typeof input>, call: Call) {
  await inTurn(call, turn => removeRole(turn, call.caller.account, name))
  return DONE
}
