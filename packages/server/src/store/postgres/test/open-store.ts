import { ADMINISTRATOR, type Cluster } from '../../../../test/support/postgres/cluster.ts'
import type { Store } from '../../ports.ts'
import type { PostgresConnection } from '../connection.ts'
import { createPostgresStore, type PostgresStoreOptions } from '../postgres-store.ts'

/** How a test reaches a database of a cluster: over its socket, as the superuser. */
export function createConnection(cluster: Cluster, database: string): PostgresConnection {
  return {
    host: cluster.socket,
    port: cluster.port,
    database,
    user: ADMINISTRATOR,
    password: null,
    tls: null,
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 30_000,
  }
}

/** Opens a store that is asked before each call, with the schema made when it is missing. */
export function openStore(
  connection: PostgresConnection,
  options: Partial<PostgresStoreOptions> = {},
): Promise<Store> {
  return createPostgresStore({
    connection,
    maxConnections: 5,
    transactionLimits: {
      lockTimeoutMs: 20_000,
      statementTimeoutMs: 20_000,
      idleTimeoutMs: 20_000,
    },
    maxStalenessMs: 0,
    mayCreate: true,
    ...options,
  })
}
