import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { createPoolConfig, type PostgresConnection } from './connection.ts'
import { createFailureFromPostgres, isAnswer } from './errors.ts'

/** What is done with each new connection. */
type OnConnect = (client: pg.PoolClient) => void

/**
 * Connections for Kysely's PostgreSQL dialect, over `pg`. Errors are turned into the store's own
 * (`StoreFailure`, `ConstraintViolation`). A connection over which something went wrong is closed and not
 * used again.
 */
export function createPool(
  connection: PostgresConnection,
  max: number,
  onConnect: OnConnect = () => {},
): PostgresPool {
  const pool = new pg.Pool(createPoolConfig(connection, max))
  // Whoever uses the connection is told of it by its own query.
  pool.on('error', () => {})
  pool.on('connect', client => {
    client.on('error', () => {})
    onConnect(client)
  })
  let ended: Promise<void> | null = null
  return {
    async connect() {
      try {
        return guardClient(await pool.connect())
      } catch (error) {
        throw createFailureFromPostgres(error)
      }
    },
    end() {
      ended ??= pool.end()
      return ended
    },
  }
}

function guardClient(client: pg.PoolClient): PostgresPoolClient {
  let isBroken = false
  const query = async (text: string, parameters: readonly unknown[]) => {
    try {
      return await client.query(text, parameters.map(checkParameter))
    } catch (error) {
      if (!isAnswer(error)) isBroken = true
      throw createFailureFromPostgres(error)
    }
  }
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: () => client.release(isBroken),
  }
}

/** What PostgreSQL does not hold as it is: it would refuse the one and change the other. */
function checkParameter(value: unknown): unknown {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw new TypeError('a text with a null character or half of a surrogate pair cannot be stored')
  }
  return value
}
