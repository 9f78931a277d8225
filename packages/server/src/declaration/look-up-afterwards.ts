import {
  type AccountId,
  formatUniqueId,
  parseAccountId,
  type UniqueId,
} from '../principals/identifiers.ts'
import type { Store } from '../store/ports.ts'
import type { NamedAccount, NamedEntity, PrincipalLookup } from '../trust/find-pin.ts'
import { UNIQUE_ID_BYTES } from './apply-parts.ts'
import type { Declaration } from './declaration.ts'
import type { Change } from './plan.ts'

/** Stand for the ids of those who are not there yet: what they are is all that is asked of them. */
const ANY_ID: Readonly<Record<'user' | 'role', UniqueId>> = {
  user: formatUniqueId('user', new Uint8Array(UNIQUE_ID_BYTES)),
  role: formatUniqueId('role', new Uint8Array(UNIQUE_ID_BYTES)),
}

/** Who will be there when the changes of a plan have been made. Unique ids are looked up in the store. */
export function lookUpAfterwards(
  current: Declaration,
  changes: readonly Change[],
  store: Pick<Store, 'findUserById' | 'findRoleById' | 'findPrincipalAccount'>,
): PrincipalLookup {
  const accounts = new Map<string, NamedAccount>()
  const entities = new Map<string, NamedEntity>()
  const addAccount = ({ id, partition }: Declaration['accounts'][number]): void => {
    accounts.set(id, { id: parseAccountId(id), partition })
  }
  const add = (kind: 'user' | 'role', accountId: string, entity: Omit<NamedEntity, 'id'>): void => {
    const { name, path } = entity
    entities.set(formatKey(kind, accountId, name), { id: ANY_ID[kind], name, path })
  }
  for (const account of current.accounts) {
    addAccount(account)
    for (const user of account.users) add('user', account.id, user)
    for (const role of account.roles) add('role', account.id, role)
  }
  for (const change of changes) {
    if (change.kind === 'account' && change.after !== null) addAccount(change.after)
    if (change.kind !== 'user' && change.kind !== 'role') continue
    const { kind, accountId, before, after } = change
    if (after !== null) add(kind, accountId, after)
    else if (before !== null) entities.delete(formatKey(kind, accountId, before.name))
  }
  const find = (kind: 'user' | 'role') => async (accountId: AccountId, name: string) =>
    entities.get(formatKey(kind, accountId, name)) ?? null
  return {
    findAccount: async id => accounts.get(id) ?? null,
    findUser: find('user'),
    findRole: find('role'),
    findUserById: (accountId, id) => store.findUserById(accountId, id),
    findRoleById: (accountId, id) => store.findRoleById(accountId, id),
    findPrincipalAccount: id => store.findPrincipalAccount(id),
  }
}

/** Names are told apart without regard to case. */
function formatKey(kind: 'user' | 'role', accountId: string, name: string): string {
  return `${kind} ${accountId} ${name.toLowerCase()}`
}
