import type { AppliedPolicy } from '../policy/applicable-policies.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { PolicyKind } from '../policy/policy-document.ts'

/**
 * A stored policy document can't be read. Whoever it applies to is refused everything: leaving it
 * out could lose a Deny. The message names the policy, the cause says what is wrong with it.
 */
export class StoredPolicyError extends Error {
  override readonly name = 'StoredPolicyError'
}

/** Compiles a document that stands in the store. @throws StoredPolicyError */
export function compileStoredPolicy(
  policyId: string,
  document: string,
  kind: PolicyKind,
): AppliedPolicy {
  try {
    return { policyId, policy: parsePolicy(document, kind, { isStored: true }) }
  } catch (cause) {
    throw new StoredPolicyError(`the stored policy ${policyId} cannot be read`, { cause })
  }
}
