import { toArnHome } from '../principals/arn.ts'
import type { Account, Role, TrustPin, User } from '../principals/entities.ts'
import { type AccountId, findIdentifiedKind, type UniqueId } from '../principals/identifiers.ts'
import { formatPrincipalArn, type NamedPrincipal, parseNamedPrincipal } from './named-principal.ts'

/** What of a user or role its names are made from. */
export type NamedEntity = Pick<User | Role, 'id' | 'path' | 'name'>

/** What of an account ARNs are made from. */
export type NamedAccount = Pick<Account, 'id' | 'partition'>

/** Where principals are looked up: a store, or the state that a declaration will make of it. */
export interface PrincipalLookup {
  findAccount(id: AccountId): Promise<NamedAccount | null>
  findUser(accountId: AccountId, name: string): Promise<NamedEntity | null>
  findUserById(accountId: AccountId, id: UniqueId): Promise<NamedEntity | null>
  findRole(accountId: AccountId, name: string): Promise<NamedEntity | null>
  findRoleById(accountId: AccountId, id: UniqueId): Promise<NamedEntity | null>
  findPrincipalAccount(id: UniqueId): Promise<AccountId | null>
}

/** A user or role with its account. */
interface FoundPrincipal {
  readonly account: NamedAccount
  readonly entity: NamedEntity
}

/**
 * The user, role or role session that a principal of a trust policy stands for now. An ARN is compared
 * exactly, path and case included. Null when there is none.
 */
export async function findPin(text: string, lookup: PrincipalLookup): Promise<TrustPin | null> {
  const named = parseNamedPrincipal(text)
  const found = named === null ? null : await findNamed(named, text, lookup)
  if (found === null) return null
  return { arn: text, accountId: found.account.id, id: found.entity.id }
}

async function findNamed(
  named: NamedPrincipal,
  text: string,
  lookup: PrincipalLookup,
): Promise<FoundPrincipal | null> {
  if (named.by === 'id') {
    const accountId = await lookup.findPrincipalAccount(named.id)
    return accountId === null ? null : findPrincipalById(accountId, named.id, lookup)
  }
  const { accountId, kind, name, sessionName } = named
  const account = await lookup.findAccount(accountId)
  const entity =
    kind === 'user'
      ? await lookup.findUser(accountId, name)
      : await lookup.findRole(accountId, name)
  if (account === null || entity === null) return null
  const arn = formatPrincipalArn(toArnHome(account), entity, sessionName)
  return arn === text ? { account, entity } : null
}

/** The user or role that has an id; null when it is gone. */
export async function findPrincipalById(
  accountId: AccountId,
  id: UniqueId,
  lookup: PrincipalLookup,
): Promise<FoundPrincipal | null> {
  const account = await lookup.findAccount(accountId)
  const entity =
    findIdentifiedKind(id) === 'user'
      ? await lookup.findUserById(accountId, id)
      : await lookup.findRoleById(accountId, id)
  return account === null || entity === null ? null : { account, entity }
}
