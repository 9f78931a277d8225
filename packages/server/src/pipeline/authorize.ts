import type { Directory } from '../directory/directory.ts'
import { ServiceError } from '../errors.ts'
import type { Call, Permission } from '../operations/operation.ts'
import { evaluateRequest } from '../policy/evaluate.ts'
import { formatDenial } from '../policy/format-denial.ts'
import { createRequestContext } from '../policy/request-context.ts'
import type { ActionDecision } from './call-record.ts'
import { listContext } from './request-context.ts'

/**
 * Step 5 of the pipeline: every permission that the operation states must be allowed, in its order.
 * `onDecision` hears of each decision, also of the one that refuses.
 *
 * @throws ServiceError `AccessDenied` with the text of aws-wire §5.5
 */
export async function authorize(
  permissions: readonly Permission[],
  call: Call,
  directory: Pick<Directory, 'loadPolicies'>,
  onDecision: (decision: ActionDecision) => void,
): Promise<void> {
  if (permissions.length === 0) return
  const policies = await directory.loadPolicies(call.caller)
  for (const permission of permissions) {
    const { action, resource } = permission
    const context = createRequestContext(listContext(permission, call))
    const decision = evaluateRequest({ action, resource, context }, policies)
    onDecision({ action, statements: decision.statements })
    if (decision.effect === 'deny') {
      const callerArn = call.caller.arn
      throw new ServiceError(
        'AccessDenied',
        formatDenial({ callerArn, action, resource, decision }),
      )
    }
  }
}
