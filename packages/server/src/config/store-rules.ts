import type { Config } from './config.ts'
import { isLocalDatabase, isSocket, parsePostgresUrl } from './postgres-url.ts'

/** Keys that say something of `store.url` alone. */
export const POSTGRES_KEYS = [
  'passwordFile',
  'passwordEnv',
  'tlsMode',
  'caFile',
  'clientCertFile',
  'clientKeyFile',
  'connections',
  'connectTimeoutSeconds',
  'statementTimeoutSeconds',
  'idleTransactionTimeoutSeconds',
  'consistency',
  'maxStalenessMilliseconds',
] as const

const TLS_KEYS = ['caFile', 'clientCertFile', 'clientKeyFile'] as const

/**
 * What is wrong with the settings for where records are kept: each key, and words that follow it.
 *
 * @param isGiven whether a source says anything of a key
 */
export function findStoreFaults(
  { store }: Pick<Config, 'store'>,
  isGiven: (key: string) => boolean,
): readonly (readonly [key: string, message: string])[] {
  if (store.url === null) {
    return POSTGRES_KEYS.filter(name => isGiven(`store.${name}`)).map(name => [
      `store.${name}`,
      'needs `store.url` too',
    ])
  }
  const url = parsePostgresUrl(store.url)
  const found: [key: string, message: string][] = []
  if (isGiven('store.path')) {
    found.push(['store.url', 'cannot stand beside `store.path`: records are kept in one place'])
  }
  if (store.passwordFile !== null && store.passwordEnv !== null) {
    found.push(['store.passwordEnv', 'cannot stand beside `store.passwordFile`'])
  }
  if (store.clientCertFile !== null && store.clientKeyFile === null) {
    found.push(['store.clientCertFile', 'needs `store.clientKeyFile` too'])
  }
  if (store.clientKeyFile !== null && store.clientCertFile === null) {
    found.push(['store.clientKeyFile', 'needs `store.clientCertFile` too'])
  }
  if (store.tlsMode === 'off' && !isLocalDatabase(url)) {
    found.push(['store.tlsMode', 'must be `verify` for a database that is not on this machine'])
  }
  const isPlain = store.tlsMode === 'off' || isSocket(url.host)
  for (const name of TLS_KEYS) {
    if (!isPlain || store[name] === null) continue
    found.push([`store.${name}`, 'cannot stand beside a connection without TLS'])
  }
  if (store.consistency === 'strict' && isGiven('store.maxStalenessMilliseconds')) {
    const message = 'cannot stand beside a `store.consistency` of `strict`, where nothing is old'
    found.push(['store.maxStalenessMilliseconds', message])
  }
  return found
}
