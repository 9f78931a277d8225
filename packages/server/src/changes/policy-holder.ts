import type { AccountId, UniqueId } from '../principals/identifiers.ts'

/** The kinds of entity that policies stand in and are attached to. */
export type HolderKind = 'user' | 'group' | 'role'

/** A user, group or role, as far as its policies are concerned. */
export interface PolicyHolder {
  readonly kind: HolderKind
  readonly accountId: AccountId
  readonly id: UniqueId
  readonly name: string
}
