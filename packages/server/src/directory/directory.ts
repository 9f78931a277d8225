import type { ApplicablePolicies } from '../policy/applicable-policies.ts'
import type { Caller } from '../principals/caller.ts'
import type { Account } from '../principals/entities.ts'
import type { AccessKeyId } from '../principals/identifiers.ts'
import type { SessionRecord } from '../sessions/session-record.ts'
import { type Credential, type CredentialSources, createCredentialCache } from './credentials.ts'
import { createPolicyCache, type PolicySources } from './policies.ts'
import type { TrustingRole } from './trusting-role.ts'

/** What the token path knows about principals without asking the store (decision record 0005). */
export interface Directory {
  /** Null when the key is unknown or may not be used. */
  findCredential(id: AccessKeyId): Promise<Credential | null>
  /**
   * Who an opened session is, with names, tags and role as they are now; null when its role or user is
   * gone, has revoked its sessions, or its parent access key may not be used any more.
   */
  findSessionCaller(record: SessionRecord, accessKeyId: string): Promise<Caller | null>
  /** The role of an ARN with its compiled trust policy; null when there is none. */
  findTrustingRole(arn: string): Promise<TrustingRole | null>
  /** Every policy that has a say about the caller's requests, compiled. */
  loadPolicies(caller: Caller): Promise<ApplicablePolicies>
  /**
   * The same for a request on a role of an account, which may be another: resource control policies
   * are the role's account's. A web identity has no policies of its own.
   */
  loadTrustPolicies(caller: Caller, roleAccount: Account): Promise<ApplicablePolicies>
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
