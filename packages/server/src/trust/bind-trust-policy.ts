import { bindPrincipals } from '../policy/bind-principals.ts'
import type { Policy } from '../policy/policy-document.ts'
import type { TrustPin } from '../principals/entities.ts'
import { formatPrincipalId, parseNamedPrincipal } from './named-principal.ts'

/**
 * A trust policy by the ids that its names stood for when it was written. Names without a pin trust
 * nobody.
 * @param pins null while nobody has looked: then no name has one
 */
export function bindTrustPolicy(policy: Policy, pins: readonly TrustPin[] | null): Policy {
  const ids = new Map<string, string>()
  for (const { arn, id } of pins ?? []) {
    const sessionName = parseNamedPrincipal(arn)?.sessionName ?? null
    if (id !== null) ids.set(arn, formatPrincipalId(id, sessionName))
  }
  return bindPrincipals(policy, arn => ids.get(arn) ?? null)
}
