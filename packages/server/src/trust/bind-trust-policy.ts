import { bindPrincipals } from '../policy/bind-principals.ts'
import type { Policy } from '../policy/policy-document.ts'
import type { TrustPin } from '../principals/entities.ts'
import { formatPrincipalId, parseNamedPrincipal } from './named-principal.ts'

/**
 * The trust policy with each name replaced by the id that it stood for when the policy was written.
 * Names without a pin trust nobody.
 * @param pins null when the names were never looked up: then no name has a pin
 */
export function bindTrustPolicy(policy: Policy, pins: readonly TrustPin[] | null): Policy {
  const ids = new Map<string, string>()
  for (const { arn, id } of pins ?? []) {
    const sessionName = parseNamedPrincipal(arn)?.sessionName ?? null
    if (id !== null) ids.set(arn, formatPrincipalId(id, sessionName))
  }
  return bindPrincipals(policy, arn => ids.get(arn) ?? null)
}
