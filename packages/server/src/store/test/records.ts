import type { Account, User } from '../../principals/entities.ts'
import {
  type AccessKeyId,
  type AccountId,
  formatAccessKeyId,
  formatUniqueId,
  parseAccountId,
  type UniqueId,
} from '../../principals/identifiers.ts'
import type { Federation, IssuerKey, StoredAccessKey } from '../ports.ts'

/** The account that most tests work in. */
export const ACCOUNT_ID = parseAccountId('123456789012')

/** A second account, which must see nothing of the first. */
export const OTHER_ACCOUNT_ID = parseAccountId('000000000007')

/** A user id that depends on `number` alone. */
export function createUserId(number: number): UniqueId {
  return formatUniqueId('user', createBytes(number))
}

/** An access key id that depends on `number` alone. */
export function createKeyId(number: number): AccessKeyId {
  return formatAccessKeyId('AKIA', createBytes(number))
}

/** An account without an organization. */
export function createAccount(id: AccountId): Account {
  return { id, partition: 'aws', name: `account ${id}`, createdAtMs: 1_000, organization: null }
}

/** A user of `ACCOUNT_ID`, with the id of `number`. */
export function createUser(number: number, changes: Partial<User> = {}): User {
  return {
    accountId: ACCOUNT_ID,
    id: createUserId(number),
    name: `user-${String(number).padStart(4, '0')}`,
    path: '/',
    createdAtMs: 2_000 + number,
    tags: [],
    permissionsBoundaryArn: null,
    ...changes,
  }
}

/** A key of the root of `ACCOUNT_ID`, with the id of `number`. */
export function createKey(number: number, changes: Partial<StoredAccessKey> = {}): StoredAccessKey {
  return {
    id: createKeyId(number),
    accountId: ACCOUNT_ID,
    userId: null,
    status: 'Active',
    createdAtMs: 3_000 + number,
    sealedSecret: Uint8Array.of(0, 255, number),
    ...changes,
  }
}

/** Federation of `ACCOUNT_ID`, on. */
export function createFederation(changes: Partial<Federation> = {}): Federation {
  return {
    accountId: ACCOUNT_ID,
    issuerId: '11111111-2222-4333-8444-555555555555',
    enabled: true,
    changedAtMs: 4_000,
    ...changes,
  }
}

/** An ES384 key of `ACCOUNT_ID`; `thumbprint` tells it from others. */
export function createIssuerKey(thumbprint: string, changes: Partial<IssuerKey> = {}): IssuerKey {
  return {
    thumbprint,
    accountId: ACCOUNT_ID,
    algorithm: 'ES384',
    generation: 0,
    state: 'active',
    createdAtMs: 5_000,
    publicJwk: { kty: 'EC', crv: 'P-384', x: 'x', y: 'y' },
    sealedPrivateKey: Uint8Array.of(1, 0, 2),
    ...changes,
  }
}

function createBytes(number: number): Uint8Array {
  return Uint8Array.from({ length: 17 }, (_, index) =>
    index < 6 ? (number >> (5 * index)) & 31 : 0,
  )
}
