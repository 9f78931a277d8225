import type { Issuer } from '../issuer/issuer.ts'
import type { Tag } from '../principals/tags.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Store } from '../store/ports.ts'

/** What changes are made with. */
export interface ApplyParts {
  readonly store: Store
  readonly issuer: Pick<Issuer, 'enableFederation' | 'disableFederation' | 'findFederation'>
  readonly random: RandomSource
  readonly nowMs: number
}

/** Random bytes that a unique id is made of. */
export const UNIQUE_ID_BYTES = 17

/** Declared tags as a list. */
export function toTags(tags: Readonly<Record<string, string>>): readonly Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}
