import type { AccessKeyId, AccountId, UniqueId } from './identifiers.ts'

/**
 * The role or user to whom a session belongs, by the ids that outlive names. When a role or user is
 * deleted and made again under the same name, the new one does not inherit the sessions of the old one.
 * The names, tags and policies in force are looked up by these ids at every request.
 */
export type SessionPrincipal =
  | { readonly kind: 'role'; readonly accountId: AccountId; readonly roleId: UniqueId }
  | {
      readonly kind: 'user'
      readonly accountId: AccountId
      readonly userId: UniqueId
      /** The long-term key that asked for the session: when it goes, the session goes. */
      readonly parentAccessKeyId: AccessKeyId
    }
  | {
      readonly kind: 'root'
      readonly accountId: AccountId
      /** The long-term key that asked for the session: when it goes, the session goes. */
      readonly parentAccessKeyId: AccessKeyId
    }
