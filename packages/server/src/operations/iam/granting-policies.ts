import { grantsService } from '../../policy/grants-service.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import type { Policy } from '../../policy/policy-document.ts'
import type { Call } from '../operation.ts'
import type { IamPrincipal } from './iam-principal.ts'
import { loadDefaultDocument } from './managed-policy.ts'
import { type Holder, listHolders } from './simulated-principal.ts'

/** A policy by which a principal may do something, and whose it is. */
export interface GrantingPolicy {
  readonly name: string
  /** Null for one that stands inside its holder. */
  readonly arn: string | null
  readonly holder: Holder
  readonly policy: Policy
}

/** All policies of a principal and its groups, inline ones first; one that comes by several ways is there for each. */
export async function listGrantingPolicies(
  call: Call,
  principal: IamPrincipal,
): Promise<readonly GrantingPolicy[]> {
  const { store } = call.services
  const found: GrantingPolicy[] = []
  for (const holder of await listHolders(call, principal)) {
    for (const { name, document } of await store.listInlinePolicies(holder.accountId, holder.id)) {
      found.push({ name, arn: null, holder, policy: parsePolicy(document, 'identity') })
    }
    for (const managed of await store.listAttachedPolicies(holder.accountId, holder.id)) {
      const document = await loadDefaultDocument(call, managed)
      const policy = parsePolicy(document, 'identity')
      found.push({ name: managed.name, arn: managed.arn, holder, policy })
    }
  }
  return found
}

/** Those that allow any action of a service. */
export function selectGranting(
  policies: readonly GrantingPolicy[],
  namespace: string,
): readonly GrantingPolicy[] {
  return policies.filter(({ policy }) => grantsService(policy, namespace))
}
