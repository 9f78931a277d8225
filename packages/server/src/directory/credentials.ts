import { formatRootArn, formatUserArn, toArnHome } from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import type { AccessKey, Account, User } from '../principals/entities.ts'
import type { AccessKeyId } from '../principals/identifiers.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { Secret } from '../secrets/secret.ts'
import type { AccessKeyStore, AccountStore, UserStore } from '../store/ports.ts'
import { createReadCache, type Loaded, type ReadCache } from '../store/read-cache.ts'
import { formatAccessKeyTopic, formatAccountTopic, formatUserTopic } from '../store/topics.ts'

/** An active long-term access key with its secret in memory, and whose it is. */
export interface Credential {
  readonly secret: Secret
  readonly caller: Caller
}

/** What credentials are read from. */
export interface CredentialDeps {
  readonly store: AccessKeyStore & AccountStore & UserStore
  readonly sealer: Sealer
  readonly maxEntries: number
}

/**
 * Credentials by access key id. An inactive key, and a key whose user or account is gone, is as
 * unknown as one that never existed.
 */
export function createCredentialCache(deps: CredentialDeps): ReadCache<AccessKeyId, Credential> {
  return createReadCache({
    maxEntries: deps.maxEntries,
    formatKey: id => id,
    load: id => loadCredential(deps, id),
  })
}

async function loadCredential(
  { store, sealer }: CredentialDeps,
  id: AccessKeyId,
): Promise<Loaded<Credential>> {
  const key = await store.findAccessKey(id)
  if (key === null) return { value: null, topics: [formatAccessKeyTopic(id)] }

  const { accountId, userId } = key
  const [account, user] = await Promise.all([
    store.findAccount(accountId),
    userId === null ? null : store.findUserById(accountId, userId),
  ])
  const topics = [formatAccessKeyTopic(id), formatAccountTopic(accountId)]
  if (userId !== null) topics.push(formatUserTopic(accountId, userId))
  const isUsable = key.status === 'Active' && account !== null && (userId === null || user !== null)
  if (!isUsable) return { value: null, topics }

  const opened = sealer.unseal({ purpose: 'access-key-secret', recordId: id }, key.sealedSecret)
  const secret = new Secret(Buffer.from(opened).toString('utf8'))
  opened.fill(0)
  return { value: { secret, caller: toCaller(key, account, user) }, topics }
}

function toCaller(key: AccessKey, account: Account, user: User | null): Caller {
  const home = toArnHome(account)
  const common = { account, accessKeyId: key.id, session: null }
  if (user === null) {
    const arn = formatRootArn(home)
    return {
      kind: 'root',
      ...common,
      arn,
      principalArn: arn,
      userId: account.id,
      principalTags: [],
    }
  }
  const arn = formatUserArn(home, user.path, user.name)
  const principalTags = user.tags
  return { kind: 'user', ...common, user, arn, principalArn: arn, userId: user.id, principalTags }
}
