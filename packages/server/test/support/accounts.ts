import { createAccessKey } from '../../src/changes/access-keys.ts'
import { takeTurn } from '../../src/changes/turn.ts'
import type { Account, User } from '../../src/principals/entities.ts'
import {
  type AccessKeyId,
  formatUniqueId,
  parseAccountId,
  type UniqueId,
} from '../../src/principals/identifiers.ts'
import { parseOrganizationPlacement } from '../../src/principals/organization.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { ALLOW_ALL, formatPolicy, type Statements } from './policies.ts'
import type { TestServer } from './server.ts'

/** A user with one access key. */
export interface TestUser {
  readonly user: User
  readonly credentials: TestCredentials
}

/** A long-term access key with its secret. */
interface TestCredentials extends SigningCredentials {
  readonly accessKeyId: AccessKeyId
}

/** An account, with federation on unless told otherwise. */
export async function addAccount(
  { data, clock }: TestServer,
  id: string,
  options: {
    readonly isFederationEnabled?: boolean
    /** `o-example1234/r-ab12/ou-ab12-11111111` */
    readonly organization?: string
  } = {},
): Promise<Account> {
  const { isFederationEnabled = true, organization = null } = options
  const account: Account = {
    id: parseAccountId(id),
    partition: 'aws',
    name: `account ${id}`,
    createdAtMs: clock.nowMs(),
    organization: organization === null ? null : parseOrganizationPlacement(organization, false),
  }
  await data.store.createAccount(account)
  if (isFederationEnabled) await data.issuer.enableFederation(account, clock.nowMs())
  return account
}

/** A user with an access key, allowed everything unless given other statements. */
export async function addUser(
  server: TestServer,
  account: Account,
  name: string,
  options: {
    readonly path?: string
    readonly tags?: Readonly<Record<string, string>>
    readonly statements?: Statements
  } = {},
): Promise<TestUser> {
  const { data, clock, random } = server
  const { path = '/', tags = {}, statements = [ALLOW_ALL] } = options
  const user: User = {
    accountId: account.id,
    id: formatUniqueId('user', random.bytes(17)),
    name,
    path,
    createdAtMs: clock.nowMs(),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    permissionsBoundaryArn: null,
  }
  await data.store.createUser(user)
  await savePolicy(server, user, statements)
  return { user, credentials: await addKey(server, account, user.id) }
}

/** An access key of the account's root. */
export function addRootKey(server: TestServer, account: Account): Promise<SigningCredentials> {
  return addKey(server, account, null)
}

/** Replaces the user's policy; no statements at all remove it. */
export async function savePolicy(
  { data: { store } }: Pick<TestServer, 'data'>,
  { accountId, id }: User,
  statements: Statements,
): Promise<void> {
  if (statements.length === 0) return
  const document = formatPolicy(statements)
  await store.saveInlinePolicy(accountId, id, { name: 'test', document })
}

/** An access key of a user; of the account's root when there is none. */
export async function addKey(
  { data, random, clock }: TestServer,
  account: Account,
  userId: UniqueId | null,
): Promise<TestCredentials> {
  const { sealer } = data
  const key = await takeTurn({ ...data, random }, [account.id], clock.nowMs(), turn =>
    createAccessKey({ ...turn, sealer }, account.id, userId),
  )
  return { accessKeyId: key.id, secretAccessKey: key.secret, sessionToken: null }
}
