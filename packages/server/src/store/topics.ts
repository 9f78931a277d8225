import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'

/** The topic of everything: a reader that fell behind the kept changes gets it in their place. */
export const ANY_TOPIC = '*'

/** The topic of an account and its place in the organization. */
export function formatAccountTopic(id: AccountId): string {
  return `account:${id}`
}

/** The topic of a user with its tags and inline policies. */
export function formatUserTopic(accountId: AccountId, id: UniqueId): string {
  return `user:${accountId}/${id}`
}

/** The topic of a long-term access key. */
export function formatAccessKeyTopic(id: AccessKeyId): string {
  return `access-key:${id}`
}

/** The topic of an account's outbound federation: whether it is on, and its signing keys. */
export function formatFederationTopic(accountId: AccountId): string {
  return `federation:${accountId}`
}

/** The account of a federation's topic; null for any other topic. */
export function findFederationAccount(topic: string): AccountId | null {
  const prefix = 'federation:'
  return topic.startsWith(prefix) ? (topic.slice(prefix.length) as AccountId) : null
}
