import { UNIQUE_ID_BYTES } from '../changes/turn.ts'
import { formatUniqueId, parseAccountId, type UniqueId } from '../principals/identifiers.ts'
import type { StoreReader } from '../store/ports.ts'
import type { NamedAccount, NamedEntity, PrincipalLookup } from '../trust/find-pin.ts'
import type { Change } from './plan.ts'

/** Placeholder ids for entities that do not exist yet. Callers ask only for the kind of an id. */
const ANY_ID: Readonly<Record<'user' | 'role', UniqueId>> = {
  user: formatUniqueId('user', new Uint8Array(UNIQUE_ID_BYTES)),
  role: formatUniqueId('role', new Uint8Array(UNIQUE_ID_BYTES)),
}

/**
 * Finds the principals that exist once the changes of a plan have been made. Unique ids are looked
 * up in the store.
 */
export function createPlannedLookup(
  changes: readonly Change[],
  store: StoreReader,
): PrincipalLookup {
  const accounts = new Map<string, NamedAccount | null>()
  /** Null for what is deleted. */
  const entities = new Map<string, NamedEntity | null>()
  for (const change of changes) {
    if (change.kind === 'account' && change.after !== null) {
      const { id, partition } = change.after
      accounts.set(id, { id: parseAccountId(id), partition })
    }
    if (change.kind !== 'user' && change.kind !== 'role') continue
    const { kind, accountId, before, after } = change
    if (before !== null) entities.set(formatKey(kind, accountId, before.name), null)
    if (after === null) continue
    const { name, path } = after
    entities.set(formatKey(kind, accountId, name), { id: ANY_ID[kind], name, path })
  }
  return {
    async findAccount(id) {
      const known = accounts.get(id)
      if (known !== undefined) return known
      const found = await store.findAccount(id)
      accounts.set(id, found)
      return found
    },
    async findUser(accountId, name) {
      const changed = entities.get(formatKey('user', accountId, name))
      return changed === undefined ? store.findUser(accountId, name) : changed
    },
    async findRole(accountId, name) {
      const changed = entities.get(formatKey('role', accountId, name))
      return changed === undefined ? store.findRole(accountId, name) : changed
    },
    findUserById: (accountId, id) => store.findUserById(accountId, id),
    findRoleById: (accountId, id) => store.findRoleById(accountId, id),
    findPrincipalAccount: id => store.findPrincipalAccount(id),
  }
}

/** Names are told apart without regard to case. */
function formatKey(kind: 'user' | 'role', accountId: string, name: string): string {
  return `${kind} ${accountId} ${name.toLowerCase()}`
}
