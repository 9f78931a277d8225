import { createAccessKey } from '../changes/access-keys.ts'
import { createAccount } from '../changes/accounts.ts'
import { putInlinePolicy } from '../changes/inline-policies.ts'
import { type Turn, takeTurn } from '../changes/turn.ts'
import { createUser } from '../changes/users.ts'
import type { Environment, OpenData } from '../composition.ts'
import type { User } from '../principals/entities.ts'
import { parseAccountId } from '../principals/identifiers.ts'
import { Secret } from '../secrets/secret.ts'
import type { StoreReader } from '../store/ports.ts'
import type { SigningCredentials } from '../wire/sigv4/sign.ts'

/** The account of a developer's installation: the one that AWS's documentation uses. */
const ACCOUNT_ID = parseAccountId('123456789012')
const ACCOUNT = { id: ACCOUNT_ID, name: 'dev', organization: null } as const
const USER_NAME = 'admin'
const ADMINISTRATOR = { name: USER_NAME, path: '/', tags: [], permissionsBoundaryArn: null }

const ADMINISTRATOR_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

/** Time and randomness. */
type SeedEnvironment = Pick<Environment, 'clock' | 'random'>

/** What a developer's installation has after its first start. */
export interface DevIdentity {
  readonly accountId: string
  readonly userName: string
  readonly issuerUrl: string
  readonly credentials: SigningCredentials
}

/**
 * Makes the account, administrator, access key and issuer that are missing. So the next start completes
 * one that was interrupted.
 */
export async function seedDevAccount(
  data: OpenData,
  environment: SeedEnvironment,
): Promise<DevIdentity> {
  const { clock, random } = environment
  const nowMs = clock.nowMs()
  const seeded = await takeTurn({ ...data, random }, [ACCOUNT_ID], nowMs, async turn => {
    const account =
      (await turn.store.findAccount(ACCOUNT_ID)) ??
      (await createAccount(turn, { ...ACCOUNT, partition: data.defaultPartition }))
    const user =
      (await turn.store.findUser(account.id, USER_NAME)) ??
      (await createUser(turn, account, ADMINISTRATOR))
    const policies = await turn.store.listInlinePolicies(account.id, user.id)
    if (policies.length === 0) {
      const policy = { name: 'AdministratorAccess', document: ADMINISTRATOR_POLICY }
      await putInlinePolicy(turn, { kind: 'user', ...user }, policy)
    }
    const credentials = await findCredentials(turn.store, data, user)
    return {
      account,
      user,
      credentials: credentials ?? (await createCredentials(turn, data, user)),
    }
  })
  const { account, user, credentials } = seeded
  const federation =
    (await data.issuer.findFederation(account)) ??
    (await data.issuer.enableFederation(account, nowMs))
  const { issuerUrl } = federation
  return { accountId: account.id, userName: user.name, issuerUrl, credentials }
}

/** The oldest active key of the user, opened, so that a lost `dev.env` can be written again. */
async function findCredentials(
  store: StoreReader,
  { sealer }: OpenData,
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
  turn: Turn,
  { sealer }: OpenData,
  user: User,
): Promise<SigningCredentials> {
  const { id, secret } = await createAccessKey({ ...turn, sealer }, user.accountId, user.id)
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: null }
}
