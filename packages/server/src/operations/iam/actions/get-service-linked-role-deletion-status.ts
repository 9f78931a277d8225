import { ServiceError } from '../../../errors.ts'
import { formatRoleArn, toArnHome } from '../../../principals/arn.ts'
import { type Infer, required, string, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { parseDeletionTask } from '../deletion-task.ts'
import { NO_NULL } from '../iam-shapes.ts'
import { findRecentJob } from '../jobs.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('GetServiceLinkedRoleDeletionStatusRequest', {
  deletionTaskId: required(string({ minLength: 1, maxLength: 1000, pattern: NO_NULL })),
})

type Input = Infer<typeof input>

/**
 * Tells how the deletion of a service-linked role went: here every one has ended well (AWS IAM API
 * Reference: GetServiceLinkedRoleDeletionStatus).
 */
export const getServiceLinkedRoleDeletionStatus = defineIamOperation({
  name: 'GetServiceLinkedRoleDeletionStatus',
  input,
  output: structure('GetServiceLinkedRoleDeletionStatusResponse', { status: required(string()) }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions,
  run,
})

function permissions({ deletionTaskId }: Input, { caller }: Call): readonly Permission[] {
  const action = 'iam:GetServiceLinkedRoleDeletionStatus'
  const role = parseDeletionTask(deletionTaskId)
  if (role === null) return [{ action, resource: '*', context: [] }]
  const resource = formatRoleArn(toArnHome(caller.account), role.path, role.name)
  return [{ action, resource, context: [] }]
}

// Both texts are UNVERIFIED.
async function run({ deletionTaskId }: Input, { caller, nowMs, services }: Call) {
  if (parseDeletionTask(deletionTaskId) === null) {
    throw new ServiceError('InvalidInput', `Deletion task id ${deletionTaskId} is not valid.`)
  }
  const { id } = caller.account
  if ((await findRecentJob(services.store, id, deletionTaskId, nowMs)) === null) {
    throw new ServiceError(
      'NoSuchEntity',
      `Deletion task with id ${deletionTaskId} cannot be found.`,
    )
  }
  return answer({ status: 'SUCCEEDED' })
}
