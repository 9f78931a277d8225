import { normalizeTagKey, type Tag } from '../principals/tags.ts'
import type { ContextPairs } from './operation.ts'

/** The condition keys of an IAM resource's tags, under both names that policies use. */
export function listResourceTags(tags: readonly Tag[]): ContextPairs {
  return distinct(tags).flatMap(({ key, value }) => [
    [`aws:ResourceTag/${key}`, value] as const,
    [`iam:ResourceTag/${key}`, value] as const,
  ])
}

/** The condition keys of tags that a request brings; none at all when it brings none. */
export function listRequestTags(tags: readonly Tag[]): ContextPairs {
  return [
    ...listTagKeys(tags.map(({ key }) => key)),
    ...distinct(tags).map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ]
}

/** The condition key of tag keys that a request names; none when it names none. */
export function listTagKeys(keys: readonly string[]): ContextPairs {
  return keys.length === 0 ? [] : [['aws:TagKeys', keys]]
}

// Condition keys have no case, keys of tags may differ by nothing else. The last one counts, as IAM was
// seen to do for a key that is given twice; for other collisions it is undefined (aws-wire §5.3).
function distinct(tags: readonly Tag[]): readonly Tag[] {
  return [...new Map(tags.map(tag => [normalizeTagKey(tag.key), tag])).values()]
}
