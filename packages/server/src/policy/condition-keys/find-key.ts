import type { ConditionKey, ConditionKeyGroup } from './condition-key.ts'
import { GLOBAL_KEY_GROUPS } from './global-keys.ts'
import { SERVICE_KEY_GROUPS } from './service-keys.ts'

/**
 * Every condition key that AWS documents for STS and IAM, and whether requests here have it. The one
 * place that says so: the documentation is made from it, the linter reads it, and a test compares it
 * with what calls really have.
 */
export const CONDITION_KEY_GROUPS: readonly ConditionKeyGroup[] = [
  ...GLOBAL_KEY_GROUPS,
  ...SERVICE_KEY_GROUPS,
]

const ALL_KEYS = CONDITION_KEY_GROUPS.flatMap(({ keys }) => keys)
const EXACT_KEYS = new Map(ALL_KEYS.map(key => [key.name.toLowerCase(), key]))

const KEYS_BY_START = ALL_KEYS.filter(({ name }) => name.endsWith('…')).map(
  key => [key.name.slice(0, -1).toLowerCase(), key] as const,
)

/** Keys, in lower case, that always hold a set. Those of tokens depend on the issuer and are not here. */
export const MULTIVALUED_KEYS: ReadonlySet<string> = new Set(
  ALL_KEYS.filter(({ isMultivalued, name }) => isMultivalued && !name.startsWith('ISSUER:')).map(
    ({ name }) => name.toLowerCase(),
  ),
)

/** The row of a key that is given in lower case; null for one that AWS does not document. */
export function findConditionKey(contextKey: string): ConditionKey | null {
  const exact = EXACT_KEYS.get(contextKey)
  if (exact !== undefined) return exact
  const [, byStart = null] = KEYS_BY_START.find(([start]) => contextKey.startsWith(start)) ?? []
  return byStart
}
