import { readFile } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { isSocket, parsePostgresUrl } from '../config/postgres-url.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'
import { readSecretFile } from '../secrets/secret-file.ts'
import type { PostgresConnection, PostgresTls } from '../store/postgres/connection.ts'
import type { Environment } from './environment.ts'

/**
 * How the database of `store.url` is reached, with the files and variables that the configuration
 * names. Connects to nothing. @throws ConfigError
 */
export async function loadPostgresConnection(
  url: string,
  { store }: Config,
  environment: Pick<Environment, 'env'>,
): Promise<PostgresConnection> {
  const place = parsePostgresUrl(url)
  const isPlain = store.tlsMode === 'off' || isSocket(place.host)
  return {
    ...place,
    password: await loadPassword(store, environment),
    tls: isPlain ? null : await loadTls(store),
    connectTimeoutMs: store.connectTimeoutSeconds * 1000,
    statementTimeoutMs: store.statementTimeoutSeconds * 1000,
  }
}

async function loadPassword(
  { passwordFile, passwordEnv }: Config['store'],
  { env }: Pick<Environment, 'env'>,
): Promise<string | null> {
  if (passwordFile !== null) {
    const text = await readSecretFile(passwordFile, env['CREDENTIALS_DIRECTORY'] ?? null)
    if (typeof text !== 'string') throw refuse('passwordFile', text.fault)
    return requirePassword('passwordFile', text)
  }
  if (passwordEnv === null) return null
  return requirePassword('passwordEnv', env[passwordEnv] ?? '')
}

/** Editors and `echo` leave a line break at the end of a file, which is not the password's. */
function requirePassword(name: 'passwordFile' | 'passwordEnv', text: string): string {
  const password = text.replace(/\r?\n$/, '')
  if (password === '') throw refuse(name, 'holds no password')
  return password
}

async function loadTls(store: Config['store']): Promise<PostgresTls> {
  const { caFile, clientCertFile, clientKeyFile } = store
  return {
    ca: caFile === null ? null : await readPem('caFile', caFile),
    client:
      clientCertFile === null || clientKeyFile === null
        ? null
        : {
            cert: await readPem('clientCertFile', clientCertFile),
            key: await readPem('clientKeyFile', clientKeyFile),
          },
  }
}

async function readPem(name: keyof Config['store'], path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw refuse(name, `names ${path}, which cannot be read: ${formatSystemError(error)}`)
  }
  if (!text.includes('-----BEGIN ')) throw refuse(name, `names ${path}, which has nothing in PEM`)
  return text
}

function refuse(name: keyof Config['store'], message: string): ConfigError {
  return new ConfigError([{ where: 'store', message: `store.${name} ${message}` }])
}
