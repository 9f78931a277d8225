import {
  FINDING_KINDS,
  type FindingKind,
} from '../packages/server/src/policy/lint/finding-kinds.ts'

/** What can be found in policies: a section for each kind, under its id. */
export function formatPolicyFindings(): string {
  const kinds: readonly (readonly [string, FindingKind])[] = Object.entries(FINDING_KINDS)
  return kinds
    .map(
      ([id, { title, meaning, remedy }]) =>
        `## ${id}\n\n**${title}.** ${meaning}\n\nInstead: ${remedy}`,
    )
    .join('\n\n')
}
