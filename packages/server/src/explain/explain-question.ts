import type { Directory } from '../directory/directory.ts'
import { createTrustedResource } from '../directory/trusted-resource.ts'
import type { AuthorizationRequest } from '../policy/decision.ts'
import { type Explanation, explainRequest, explainTrust } from '../policy/explain.ts'
import { parseArn } from '../principals/arn.ts'
import type { PolicySubject } from '../principals/policy-subject.ts'

/** The parts of a directory that decide requests. */
export type PolicyDirectory = Pick<
  Directory,
  'findTrustingRole' | 'loadPolicies' | 'loadTrustPolicies'
>

/**
 * Evaluates a request with the policies as they are now, as the server does it, and tells what every
 * statement of every layer had to say. Null when it is about a role that does not exist, which the
 * server refuses.
 */
export async function explainQuestion(
  directory: PolicyDirectory,
  subject: PolicySubject,
  request: AuthorizationRequest,
): Promise<Explanation | null> {
  if (!isAboutTrust(request)) return explainRequest(request, await directory.loadPolicies(subject))
  const role = await directory.findTrustingRole(request.resource)
  if (role === null) return null
  const policies = await directory.loadTrustPolicies(subject, role.account)
  return explainTrust(request, policies, createTrustedResource(role, subject))
}

/** Whether the trust policy of a role decides too: every STS action on a role is about that. */
export function isAboutTrust({
  action,
  resource,
}: Pick<AuthorizationRequest, 'action' | 'resource'>): boolean {
  const arn = parseArn(resource)
  const isRole = arn?.service === 'iam' && arn.resource.startsWith('role/')
  return isRole && action.toLowerCase().startsWith('sts:')
}
