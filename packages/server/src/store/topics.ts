import {
  type AccessKeyId,
  type AccountId,
  findIdentifiedKind,
  type UniqueId,
} from '../principals/identifiers.ts'

/** The topic of everything. A reader that has fallen behind the kept changes gets it in their place. */
export const ANY_TOPIC = '*'

/** The topic of a fact about the store itself. */
export function formatMetaTopic(name: string): string {
  return `meta:${name}`
}

/** The topic of an account and its place in the organization. */
export function formatAccountTopic(id: AccountId): string {
  return `account:${id}`
}

/** The topic of a user with its tags, boundary, inline policies, attachments and memberships. */
export function formatUserTopic(accountId: AccountId, id: UniqueId): string {
  return `user:${accountId}/${id}`
}

/**
 * The topic of a group with its inline policies and attachments. Memberships belong to the topics of
 * the users.
 */
export function formatGroupTopic(accountId: AccountId, id: UniqueId): string {
  return `group:${accountId}/${id}`
}

/** The topic of a role with its trust policy, tags, boundary, inline policies and attachments. */
export function formatRoleTopic(accountId: AccountId, id: UniqueId): string {
  return `role:${accountId}/${id}`
}

/** The topic of the user, group or role that the id is of. */
export function formatPrincipalTopic(accountId: AccountId, id: UniqueId): string {
  switch (findIdentifiedKind(id)) {
    case 'user':
      return formatUserTopic(accountId, id)
    case 'group':
      return formatGroupTopic(accountId, id)
    case 'role':
      return formatRoleTopic(accountId, id)
    case 'managedPolicy':
      throw new TypeError(`${id} is the id of a managed policy, which has its topic by ARN`)
    case 'instanceProfile':
      throw new TypeError(`${id} is the id of an instance profile, which has no topic`)
  }
}

/**
 * The topic of a managed policy with its versions. Attachments belong to the topics of the principals.
 */
export function formatManagedPolicyTopic(arn: string): string {
  return `managed-policy:${arn}`
}

/** The topic of an OIDC provider. */
export function formatOidcProviderTopic(arn: string): string {
  return `oidc-provider:${arn}`
}

/** The topic of all service and resource control policies of an organization. */
export function formatOrganizationTopic(id: string): string {
  return `organization:${id}`
}

/** The topic of a long-term access key. */
export function formatAccessKeyTopic(id: AccessKeyId): string {
  return `access-key:${id}`
}

/** The topic of an account's outbound federation: whether it is on, and its signing keys. */
export function formatFederationTopic(accountId: AccountId): string {
  return `federation:${accountId}`
}

/** The account whose federation a topic is about; null for every other topic. */
export function findFederationAccount(topic: string): AccountId | null {
  return topic.startsWith('federation:') ? (topic.slice('federation:'.length) as AccountId) : null
}

/**
 * The topic of the account that an issuer id belongs to. It is written once, when the issuer is made.
 */
export function formatIssuerTopic(issuerId: string): string {
  return `issuer:${issuerId}`
}
