import { deleteServiceLinkedRole as removeRole } from '../../../changes/service-linked-roles.ts'
import { type Infer, required, string, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { formatDeletionTask } from '../deletion-task.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { roleName } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { recordJob } from '../jobs.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('DeleteServiceLinkedRoleRequest', { roleName: required(roleName) })

const output = structure('DeleteServiceLinkedRoleResponse', { deletionTaskId: required(string()) })

/**
 * Deletes a service-linked role, at once: AWS asks the service first whether it still needs it (AWS IAM
 * API Reference: DeleteServiceLinkedRole).
 */
export const deleteServiceLinkedRole = defineIamOperation({
  name: 'DeleteServiceLinkedRole',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (request, call) =>
    permissionsOnPrincipal(call, 'iam:DeleteServiceLinkedRole', 'role', request.roleName),
  run,
})

async function run({ roleName: name }: Infer<typeof input>, call: Call) {
  const { account } = call.caller
  const deletionTaskId = await inTurn(call, async turn => {
    const role = await removeRole(turn, account, name)
    const id = formatDeletionTask(role, turn.random.uuid())
    const job = { id, kind: 'role deletion', subject: role.name, createdAtMs: turn.nowMs } as const
    await recordJob(turn.store, account.id, job)
    return id
  })
  const answered = { deletionTaskId }
  return answer(answered, toResponseElements(output, answered))
}
