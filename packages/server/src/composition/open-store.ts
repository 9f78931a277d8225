import type { Config } from '../config/config.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import type { Environment } from './environment.ts'
import { loadPostgresConnection } from './load-postgres-connection.ts'

/** What may be different for a store that is opened. */
interface OpenStoreOptions {
  /** Makes the tables of a database that has none. */
  readonly mayCreate?: boolean
  /** Called with the age in ms that knowledge of a database had reached when it was confirmed once more. */
  readonly onConfirmed?: (ageMs: number) => void
}

/**
 * Opens the store that the configuration names.
 * @throws StoreOpenError, ConfigError
 */
export async function openStore(
  config: Config,
  environment: Pick<Environment, 'env'>,
  options: OpenStoreOptions = {},
): Promise<Store> {
  const { store } = config
  if (store.url !== null) return await openDatabase(store.url, config, environment, options)
  return await createSqliteStore({
    path: store.path,
    looksOncePerTurn: true,
    turnLimits: { maxWaitMs: store.lockTimeoutSeconds * 1000 },
  })
}

async function openDatabase(
  url: string,
  config: Config,
  environment: Pick<Environment, 'env'>,
  options: OpenStoreOptions,
): Promise<Store> {
  const { store } = config
  const connection = await loadPostgresConnection(url, config, environment)
  // Loaded only where it is used: who keeps a file pays nothing for it.
  const { createPostgresStore } = await import('../store/postgres/postgres-store.ts')
  return await createPostgresStore({
    connection,
    maxConnections: store.connections,
    transactionLimits: {
      lockTimeoutMs: store.lockTimeoutSeconds * 1000,
      statementTimeoutMs: store.statementTimeoutSeconds * 1000,
      idleTimeoutMs: store.idleTransactionTimeoutSeconds * 1000,
    },
    maxStalenessMs: store.consistency === 'strict' ? 0 : store.maxStalenessMilliseconds,
    ...options,
  })
}
