import type { Account, OidcProvider } from '../principals/entities.ts'
import type { AccessKeyId, AccountId } from '../principals/identifiers.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { OidcProviderStore } from '../store/iam-ports.ts'
import type { AccessKeyStore, AccountStore } from '../store/ports.ts'
import { createReadCache } from '../store/read-cache.ts'
import {
  formatAccessKeyTopic,
  formatAccountTopic,
  formatOidcProviderTopic,
} from '../store/topics.ts'

/** What single records are read from. */
export interface RecordDeps {
  readonly store: AccountStore & AccessKeyStore & OidcProviderStore
  readonly maxEntries: number
}

/** Records that are read to make sessions, as they are now. */
export interface RecordCaches {
  /** `Directory.findAccount` */
  findAccount(id: AccountId): Promise<Account | null>
  /** `Directory.findOidcProvider` */
  findOidcProvider(accountId: AccountId, arn: string): Promise<OidcProvider | null>
  /** `Directory.findKeyAccount` */
  findKeyAccount(id: AccessKeyId): Promise<AccountId | null>
  invalidate(topics: readonly string[]): void
  cacheStatistics(): CacheStatisticsByName
}

/** Makes empty caches over a store. What is not there is remembered too. */
export function createRecordCaches({ store, maxEntries }: RecordDeps): RecordCaches {
  const accounts = createReadCache<AccountId, Account>({
    maxEntries,
    formatKey: id => id,
    load: async id => ({ value: await store.findAccount(id), topics: [formatAccountTopic(id)] }),
  })
  const providers = createReadCache<
    { readonly accountId: AccountId; readonly arn: string },
    OidcProvider
  >({
    maxEntries,
    formatKey: ({ accountId, arn }) => `${accountId} ${arn}`,
    load: async ({ accountId, arn }) => ({
      value: await store.findOidcProvider(accountId, arn),
      topics: [formatOidcProviderTopic(arn)],
    }),
  })
  const keyAccounts = createReadCache<AccessKeyId, AccountId>({
    maxEntries,
    formatKey: id => id,
    load: async id => ({
      value: (await store.findAccessKey(id))?.accountId ?? null,
      topics: [formatAccessKeyTopic(id)],
    }),
  })
  return {
    findAccount: id => accounts.get(id),
    findOidcProvider: (accountId, arn) => providers.get({ accountId, arn }),
    findKeyAccount: id => keyAccounts.get(id),
    invalidate(topics) {
      accounts.invalidate(topics)
      providers.invalidate(topics)
      keyAccounts.invalidate(topics)
    },
    cacheStatistics: () => ({
      accounts: accounts.statistics(),
      'oidc-providers': providers.statistics(),
      'key-accounts': keyAccounts.statistics(),
    }),
  }
}
