import { ServiceError } from '../../errors.ts'
import type { Session } from '../../principals/session.ts'
import { findDuplicateTagKey, normalizeTagKey, type Tag } from '../../principals/tags.ts'

/** Session tags of a request. */
export interface RequestedTags {
  readonly tags?: readonly Tag[] | undefined
  readonly transitiveTagKeys?: readonly string[] | undefined
}

/** What the audit keeps of session tags. */
export function toSessionTagParameters({ tags = [], transitiveTagKeys = [] }: RequestedTags) {
  return {
    ...(tags.length > 0 && { tags: tags.map(({ key, value }) => ({ key, value })) }),
    ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
  }
}

/**
 * Checks session tags: unique keys, none of AWS's own, and transitive only what is there. Unlike
 * request tags of a token, keys that begin with `aws:` are refused (aws-wire §1.1).
 * @throws ServiceError `InvalidParameterValue`
 */
export function checkSessionTags({ tags = [], transitiveTagKeys = [] }: RequestedTags): void {
  if (findDuplicateTagKey(tags) !== null) {
    throw new ServiceError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  const reserved = tags.find(({ key }) => normalizeTagKey(key).startsWith('aws:'))
  if (reserved !== undefined) {
    // The text is UNVERIFIED.
    throw new ServiceError(
      'InvalidParameterValue',
      `The tag key ${reserved.key} is reserved: keys may not begin with aws:.`,
    )
  }
  const keys = new Set(tags.map(({ key }) => normalizeTagKey(key)))
  if (transitiveTagKeys.some(key => !keys.has(normalizeTagKey(key)))) {
    throw new ServiceError(
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    )
  }
}

/**
 * The tags of a session that another session asks for: the transitive ones of that session, which
 * stay as they are, and those of the request.
 * @throws ServiceError `InvalidParameterValue` when the request would change an inherited tag
 */
export function combineTags(
  { tags = [], transitiveTagKeys = [] }: RequestedTags,
  parent: Session | null,
): Pick<Session, 'tags' | 'transitiveTagKeys'> {
  const inherited = listInheritedTags(parent)
  if (findDuplicateTagKey([...inherited, ...tags]) !== null) {
    throw new ServiceError(
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  return {
    tags: [...inherited, ...tags],
    transitiveTagKeys: [...inherited.map(({ key }) => key), ...transitiveTagKeys],
  }
}

function listInheritedTags(parent: Session | null): readonly Tag[] {
  if (parent === null) return []
  const transitive = new Set(parent.transitiveTagKeys.map(normalizeTagKey))
  return parent.tags.filter(({ key }) => transitive.has(normalizeTagKey(key)))
}
