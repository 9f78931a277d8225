import { ServiceError } from '../errors.ts'

/** A tag of a principal, a session or a request. */
export interface Tag {
  /** 1 to 128 UTF-16 units. Unique in its set without regard to case. */
  readonly key: string
  /** 0 to 256 UTF-16 units. */
  readonly value: string
}

/** The key under which tag keys are compared: AWS compares them without regard to case. */
export function normalizeTagKey(key: string): string {
  return key.toLowerCase()
}

/** The first key that occurs twice without regard to case; null when there is none. */
export function findDuplicateTagKey(tags: readonly Tag[]): string | null {
  const seen = new Set<string>()
  for (const { key } of tags) {
    const normalized = normalizeTagKey(key)
    if (seen.has(normalized)) return key
    seen.add(normalized)
  }
  return null
}

/**
 * Tags of the IAM entity overlaid by the session's: matched without regard to case, the session's
 * spelling of the key wins (aws-wire §3.5).
 */
export function mergePrincipalTags(
  entityTags: readonly Tag[],
  sessionTags: readonly Tag[],
): readonly Tag[] {
  if (sessionTags.length === 0) return entityTags
  const overlaid = new Set(sessionTags.map(tag => normalizeTagKey(tag.key)))
  return [...entityTags.filter(tag => !overlaid.has(normalizeTagKey(tag.key))), ...sessionTags]
}

const MAX_TAGS = 50
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/**
 * Checks tags for a user or role: at most 50, unique keys, the characters that AWS allows, no key
 * that begins with `aws:` (AWS IAM User Guide: rules for tagging).
 * @throws ServiceError `ValidationError`, `InvalidParameterValue`
 */
export function parsePrincipalTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > MAX_TAGS) {
    throw new ServiceError(
      'ValidationError',
      `${tags.length} tags are too many; ${MAX_TAGS} are allowed`,
    )
  }
  checkTagTexts(tags)
  const duplicate = findDuplicateTagKey(tags)
  if (duplicate !== null) {
    throw new ServiceError(
      'InvalidParameterValue',
      `the tag key ${duplicate} occurs twice; case does not matter`,
    )
  }
  return tags
}

/** Checks the characters of keys and values, and that no key is AWS's own. @throws ServiceError `ValidationError` */
export function checkTagTexts(tags: readonly Tag[]): void {
  for (const { key, value } of tags) {
    if (!KEY.test(key) || !VALUE.test(value) || normalizeTagKey(key).startsWith('aws:')) {
      throw new ServiceError(
        'ValidationError',
        `${key} is not a tag key, or its value is not a tag value`,
      )
    }
  }
}
