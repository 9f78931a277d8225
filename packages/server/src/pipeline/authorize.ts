import type { Directory } from '../directory/directory.ts'
import { createTrustedResource } from '../directory/trusted-resource.ts'
import type { TrustingRole } from '../directory/trusting-role.ts'
import { ServiceError } from '../errors.ts'
import type { Call, Permission } from '../operations/operation.ts'
import type { ApplicablePolicies } from '../policy/applicable-policies.ts'
import type { AuthorizationRequest, Decision, Denial } from '../policy/decision.ts'
import { evaluateRequest, evaluateTrust } from '../policy/evaluate.ts'
import { formatDenial } from '../policy/format-denial.ts'
import { createRequestContext } from '../policy/request-context.ts'
import type { Caller } from '../principals/caller.ts'
import type { ActionDecision } from './call-record.ts'
import { listContext } from './request-context.ts'

/**
 * Step 5 of the pipeline: the policies must allow every permission that the operation states, in the
 * order in which it states them. `onDecision` is called with each decision, including the one that
 * refuses.
 *
 * @throws ServiceError `AccessDenied` with the text of aws-wire §5.5
 */
export async function authorize(
  permissions: readonly Permission[],
  call: Call,
  directory: Pick<Directory, 'loadPolicies' | 'loadTrustPolicies'>,
  onDecision: (decision: ActionDecision) => void,
): Promise<void> {
  for (const permission of permissions) {
    const { action, resource, trustingRole } = permission
    const context = createRequestContext(listContext(permission, call))
    const request: AuthorizationRequest = { action, resource, context }
    const isAboutTrust = trustingRole !== undefined
    const decision = isAboutTrust
      ? await decideTrust(request, call, trustingRole, directory)
      : evaluateRequest(request, await directory.loadPolicies(call.caller))
    onDecision({ request, decision, isAboutTrust })
    if (decision?.effect === 'allow') continue
    // A denial by a trust policy gives no reason, so that callers can't learn whether a role exists
    // (§5.5).
    const told = isAboutTrust ? null : decision
    throw new ServiceError('AccessDenied', formatAccessDenied(call.caller, permission, told))
  }
}

function formatAccessDenied(
  { kind, arn: callerArn }: Caller,
  { action, resource }: Permission,
  decision: Denial | null,
): string {
  // A caller that has only a token of a provider has no ARN yet. AWS's text for it names no caller
  // and no resource.
  if (kind === 'web-identity') return `Not authorized to perform ${action}`
  return formatDenial({ callerArn, action, resource, decision })
}

/** Null for a role that does not exist. */
async function decideTrust(
  request: AuthorizationRequest,
  { caller }: Call,
  role: TrustingRole | null,
  directory: Pick<Directory, 'loadTrustPolicies'>,
): Promise<Decision | null> {
  if (role === null) return null
  const policies: ApplicablePolicies = await directory.loadTrustPolicies(caller, role.account)
  return evaluateTrust(request, policies, createTrustedResource(role, caller))
}
