import type { ContextValue } from '../../policy/decision.ts'
import type { Tag } from '../../principals/tags.ts'

type Pairs = readonly (readonly [key: string, value: ContextValue])[]

/** The condition keys of an IAM resource's tags, under both names that policies use. */
export function listResourceTags(tags: readonly Tag[]): Pairs {
  return tags.flatMap(({ key, value }) => [
    [`aws:ResourceTag/${key}`, value] as const,
    [`iam:ResourceTag/${key}`, value] as const,
  ])
}
