import type { ApplicablePolicies } from '../policy/applicable-policies.ts'
import type { Caller } from '../principals/caller.ts'
import type { AccessKeyId } from '../principals/identifiers.ts'
import { type Credential, type CredentialSources, createCredentialCache } from './credentials.ts'
import { createPolicyCache, type PolicySources } from './policies.ts'

/** What the token path knows about principals without asking the store (decision record 0005). */
export interface Directory {
  /** Null when the key is unknown or may not be used. */
  findCredential(id: AccessKeyId): Promise<Credential | null>
  /** Every policy that has a say about the caller's requests, compiled. */
  loadPolicies(caller: Caller): Promise<ApplicablePolicies>
  /** Forgets what depends on the changed topics of the store's feed. */
  invalidate(topics: readonly string[]): void
}

/** Makes a directory over a store. */
export function createDirectory(sources: CredentialSources & PolicySources): Directory {
  const credentials = createCredentialCache(sources)
  const policies = createPolicyCache(sources)
  return {
    findCredential: id => credentials.get(id),
    loadPolicies: caller => policies.load(caller),
    invalidate(topics) {
      credentials.invalidate(topics)
      policies.invalidate(topics)
    },
  }
}
