import { deleteGroup as removeGroup } from '../../../changes/groups.ts'
import { type Infer, required, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { groupName } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('DeleteGroupRequest', { groupName: required(groupName) })

/** Deletes a group without users and policies (AWS IAM API Reference: DeleteGroup). */
export const deleteGroup = defineIamOperation({
  name: 'DeleteGroup',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (request, call) =>
    permissionsOnPrincipal(call, 'iam:DeleteGroup', 'group', request.groupName),
  run,
})

async function run({ groupName: name }: Infer<typeof input>, call: Call) {
  await inTurn(call, turn => removeGroup(turn, call.caller.account, name))
  return DONE
}
