import type { TrustedResource } from '../policy/applicable-policies.ts'
import { createCallerPrincipal } from '../policy/match-principal.ts'
import type { PolicySubject } from '../principals/policy-subject.ts'
import type { TrustingRole } from './trusting-role.ts'

/** The trust policy of a role, with the principal that it decides about. */
export function createTrustedResource(role: TrustingRole, subject: PolicySubject): TrustedResource {
  return {
    policyId: `trust:${role.arn}`,
    policy: role.trustPolicy,
    accountId: role.account.id,
    principal: createCallerPrincipal(subject),
  }
}
