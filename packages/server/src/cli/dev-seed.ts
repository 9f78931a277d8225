import type { OpenData, Surroundings } from '../composition.ts'
import { createAccessKey } from '../directory/create-access-key.ts'
import type { Account, User } from '../principals/entities.ts'
import { formatUniqueId, parseAccountId } from '../principals/identifiers.ts'
import { Secret } from '../secrets/secret.ts'
import type { SigningCredentials } from '../wire/sigv4/sign.ts'

/** The account of a developer's installation: the one that AWS's documentation uses. */
const ACCOUNT_ID = parseAccountId('123456789012')
const USER_NAME = 'admin'

const ADMINISTRATOR_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

/** Time and randomness. */
type SeedSurroundings = Pick<Surroundings, 'clock' | 'random'>

/** What a developer's installation has after its first start. */
export interface DevIdentity {
  readonly accountId: string
  readonly userName: string
  readonly issuerUrl: string
  readonly credentials: SigningCredentials
}

/**
 * Makes account, administrator, access key and issuer, each only where it is missing: a start that was
 * interrupted is completed by the next one.
 */
export async function seedDevAccount(
  data: OpenData,
  surroundings: SeedSurroundings,
): Promise<DevIdentity> {
  const { store, issuer } = data
  const account = (await store.findAccount(ACCOUNT_ID)) ?? (await createAccount(data, surroundings))
  const user =
    (await store.findUser(account.id, USER_NAME)) ?? (await createUser(data, account, surroundings))
  const policies = await store.listInlinePolicies(account.id, user.id)
  if (policies.length === 0) {
    const policy = { name: 'AdministratorAccess', document: ADMINISTRATOR_POLICY }
    await store.saveInlinePolicy(account.id, user.id, policy)
  }
  const credentials =
    (await findCredentials(data, user)) ?? (await createCredentials(data, user, surroundings))
  const federation =
    (await issuer.findFederation(account)) ??
    (await issuer.enableFederation(account, surroundings.clock.nowMs()))
  const { issuerUrl } = federation
  return { accountId: account.id, userName: user.name, issuerUrl, credentials }
}

async function createAccount({ store }: OpenData, { clock }: SeedSurroundings): Promise<Account> {
  const account: Account = {
    id: ACCOUNT_ID,
    partition: 'aws',
    name: 'dev',
    createdAtMs: clock.nowMs(),
    organization: null,
  }
  await store.createAccount(account)
  return account
}

async function createUser(
  { store }: OpenData,
  account: Account,
  { clock, random }: SeedSurroundings,
): Promise<User> {
  const user: User = {
    accountId: account.id,
    id: formatUniqueId('user', random.bytes(17)),
    name: USER_NAME,
    path: '/',
    createdAtMs: clock.nowMs(),
    tags: [],
    permissionsBoundaryArn: null,
  }
  await store.createUser(user)
  return user
}

/** The oldest active key of the user, opened: `dev.env` can be written anew when it was lost. */
async function findCredentials(
  { store, sealer }: OpenData,
  user: User,
): Promise<SigningCredentials | null> {
  const keys = await store.listAccessKeys(user.accountId, user.id)
  const active = keys.find(({ status }) => status === 'Active')
  const stored = active === undefined ? null : await store.findAccessKey(active.id)
  if (stored === null) return null
  const context = { purpose: 'access-key-secret', recordId: stored.id } as const
  const secret = Buffer.from(sealer.unseal(context, stored.sealedSecret)).toString('utf8')
  return { accessKeyId: stored.id, secretAccessKey: new Secret(secret), sessionToken: null }
}

async function createCredentials(
  data: OpenData,
  user: User,
  { random, clock }: SeedSurroundings,
): Promise<SigningCredentials> {
  const parts = { ...data, random }
  const { id, secret } = await createAccessKey(parts, user.accountId, user.id, clock.nowMs())
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: null }
}
