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
