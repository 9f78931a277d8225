import { ServiceError } from '../errors.ts'
import { checkTagTexts, normalizeTagKey, type Tag } from '../principals/tags.ts'
import { createQuotaError, MAX_TAGS } from './quotas.ts'

/** The rules in which the kinds of entity that have tags differ. */
export interface TagRules {
  /** The name of the quota in `LimitExceeded`. */
  readonly quota: string
  /** Whether `Team` and `team` are two tags (AWS IAM User Guide: rules for tagging). */
  readonly isCaseSensitive: boolean
}

/** The tags of users. */
export const USER_TAGS: TagRules = { quota: 'TagsPerUser', isCaseSensitive: false }
/** The tags of roles. */
export const ROLE_TAGS: TagRules = { quota: 'TagsPerRole', isCaseSensitive: false }
/** The tags of instance profiles. */
export const INSTANCE_PROFILE_TAGS: TagRules = {
  quota: 'TagsPerInstanceProfile',
  isCaseSensitive: true,
}
/** The tags of customer-managed policies. */
export const POLICY_TAGS: TagRules = { quota: 'TagsPerPolicy', isCaseSensitive: true }
/** The tags of OIDC providers. */
export const OIDC_PROVIDER_TAGS: TagRules = {
  quota: 'TagsPerOpenIdConnectProvider',
  isCaseSensitive: true,
}

/**
 * Checks all tags that an entity is to have.
 * @returns the tags, none when they are left out
 * @throws ServiceError `InvalidInput`, `LimitExceeded`, `ValidationError`
 */
export function checkTags(rules: TagRules, tags: readonly Tag[] = []): readonly Tag[] {
  if (tags.some(({ key }) => normalizeTagKey(key).startsWith('aws:'))) {
    throw new ServiceError(
      'InvalidInput',
      'Tag keys beginning with aws: are reserved for system use.',
    )
  }
  checkTagTexts(tags)
  const keys = new Set(tags.map(({ key }) => toComparable(rules, key)))
  if (keys.size < tags.length) {
    throw new ServiceError(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  if (tags.length > MAX_TAGS) throw createQuotaError(rules.quota, MAX_TAGS)
  return tags
}

/**
 * `Tag…`: the tags of an entity after tags were added or replaced.
 * @throws ServiceError `InvalidInput`, `LimitExceeded`, `ValidationError`
 */
export function addTags(
  rules: TagRules,
  current: readonly Tag[],
  added: readonly Tag[],
): readonly Tag[] {
  requireSome(added)
  checkTags(rules, added)
  const kept = withoutKeys(
    rules,
    current,
    added.map(({ key }) => key),
  )
  if (kept.length + added.length > MAX_TAGS) throw createQuotaError(rules.quota, MAX_TAGS)
  return [...kept, ...added]
}

/** `Untag…`: the tags that are left; keys that are not there do not matter. @throws ServiceError `InvalidInput` */
export function removeTags(
  rules: TagRules,
  current: readonly Tag[],
  keys: readonly string[],
): readonly Tag[] {
  requireSome(keys)
  return withoutKeys(rules, current, keys)
}

function withoutKeys(
  rules: TagRules,
  tags: readonly Tag[],
  keys: readonly string[],
): readonly Tag[] {
  const removed = new Set(keys.map(key => toComparable(rules, key)))
  return tags.filter(({ key }) => !removed.has(toComparable(rules, key)))
}

function toComparable({ isCaseSensitive }: TagRules, key: string): string {
  return isCaseSensitive ? key : normalizeTagKey(key)
}

// The text as IAM was seen to give it, with its space at the end.
function requireSome(items: readonly unknown[]): void {
  if (items.length === 0) {
    throw new ServiceError('InvalidInput', 'Error occurred while validating input. ')
  }
}
