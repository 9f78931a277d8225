import type { PoolConfig } from 'pg'
import { parseColumnOfType } from './column-types.ts'

/** Which database, and how it is reached. */
export interface PostgresConnection {
  /** A name, an address, or the directory of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** Null where the database asks for none: by a client certificate, or by who is at the other end of a socket. */
  readonly password: string | null
  /** Null for a connection that is not encrypted. */
  readonly tls: PostgresTls | null
  /** How long a new connection may take, and how long one that is busy is waited for. */
  readonly connectTimeoutMs: number
  /** How long a statement may take. Then its connection is given up, however silent the other end is. */
  readonly statementTimeoutMs: number
}

/** How the database proves who it is, and how Credence does. The certificate is always verified. */
export interface PostgresTls {
  /** PEM of the authorities that are trusted; those of Node when null. */
  readonly ca: string | null
  /** PEM of a certificate and its key; null for none. */
  readonly client: { readonly cert: string; readonly key: string } | null
}

/** What programs that look at the database see. */
const APPLICATION_NAME = 'credence'

/** A connection that nobody has used for so long is closed. */
const IDLE_TIMEOUT_MS = 60_000

/** The options of `pg` for at most `max` connections. */
export function createPoolConfig(connection: PostgresConnection, max: number): PoolConfig {
  const { tls, password, connectTimeoutMs, statementTimeoutMs, ...address } = connection
  return {
    ...address,
    // Without one, `pg` would look for passwords in variables and files of its own.
    password: () => password ?? '',
    ssl: tls === null ? false : createTlsOptions(tls),
    application_name: APPLICATION_NAME,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    allowExitOnIdle: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: parseColumnOfType },
  }
}

function createTlsOptions({ ca, client }: PostgresTls) {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2' as const,
    ...(ca !== null && { ca }),
    ...client,
  }
}
