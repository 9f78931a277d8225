import { isLocalHostname } from '../runtime/loopback.ts'
import type { Config } from './config.ts'
import { findNameFaults } from './issuer-names.ts'
import { findKeyFaults } from './key-rules.ts'
import { findPublishFaults } from './publish-rules.ts'
import { findStoreFaults } from './store-rules.ts'

/** Two settings that are right alone and wrong together. */
export interface Contradiction {
  /** The key that is reported, e.g. `tls.keyFile`. */
  readonly key: string
  /** What is wrong, in words that follow the key. */
  readonly message: string
}

/**
 * Rules between keys that hold for every command. What a command needs besides is its own rule.
 *
 * @param isGiven whether a source says anything of a key
 */
export function findContradictions(
  config: Config,
  isGiven: (key: string) => boolean,
): readonly Contradiction[] {
  const { audit, issuer, limits, masterKey, server, store, sts, tls, webIdentity } = config
  const found: Contradiction[] = []
  if (tls.certFile !== null && tls.keyFile === null) {
    found.push({ key: 'tls.certFile', message: 'needs `tls.keyFile` too' })
  }
  if (tls.keyFile !== null && tls.certFile === null) {
    found.push({ key: 'tls.keyFile', message: 'needs `tls.certFile` too' })
  }
  if (limits.headersTimeoutSeconds > limits.requestTimeoutSeconds) {
    found.push({
      key: 'limits.headersTimeoutSeconds',
      message: 'must be at most `limits.requestTimeoutSeconds`',
    })
  }
  for (const scope of ['rateAccount', 'ratePrincipal'] as const) {
    if (limits[`${scope}Burst`] !== null && limits[`${scope}PerSecond`] === null) {
      const message = `needs \`limits.${scope}PerSecond\` too`
      found.push({ key: `limits.${scope}Burst`, message })
    }
  }
  if (issuer.baseUrl !== null && issuer.hostPattern !== null) {
    found.push({ key: 'issuer.hostPattern', message: 'cannot stand beside `issuer.baseUrl`' })
  }
  for (const name of ['baseUrl', 'hostPattern'] as const) {
    if (!issuer.allowInsecureHttp && isInsecure(issuer[name] ?? '')) {
      found.push({
        key: `issuer.${name}`,
        message: 'must begin with https:// unless `issuer.allowInsecureHttp` is true',
      })
    }
  }
  if (!issuer.allowInsecureHttp && issuer.aliases.some(isInsecureAlias)) {
    found.push({
      key: 'issuer.aliases',
      message: 'must begin with https:// unless `issuer.allowInsecureHttp` is true',
    })
  }
  for (const [key, message] of findNameFaults(config)) found.push({ key, message })
  const { regions, unsignedRegion } = sts
  if (regions !== 'any' && unsignedRegion !== null && !regions.includes(unsignedRegion)) {
    found.push({ key: 'sts.unsignedRegion', message: 'must be one of `sts.regions`' })
  }
  if (webIdentity.maxWaitingPerProvider > webIdentity.maxWaiting) {
    found.push({
      key: 'webIdentity.maxWaitingPerProvider',
      message: 'must be at most `webIdentity.maxWaiting`',
    })
  }
  if (server.workers > 1 && audit.destination === 'stdout') {
    found.push({
      key: 'server.workers',
      message: 'must be 1 while `audit.destination` is `stdout`, where long lines would mix',
    })
  }
  if (store.installationId !== null && store.path === ':memory:') {
    found.push({
      key: 'store.installationId',
      message:
        'cannot stand beside a `store.path` of `:memory:`, which is a new one at every start',
    })
  }
  const [first, ...others] = (['file', 'env', 'fd'] as const).filter(
    name => masterKey[name] !== null,
  )
  for (const name of others) {
    found.push({ key: `masterKey.${name}`, message: `cannot stand beside \`masterKey.${first}\`` })
  }
  for (const [key, message] of findStoreFaults(config, isGiven)) found.push({ key, message })
  for (const message of findPublishFaults(config)) found.push({ key: 'publish.targets', message })
  for (const [key, message] of findKeyFaults(config)) found.push({ key, message })
  return found
}

function isInsecureAlias({ baseUrl, hostPattern }: Config['issuer']['aliases'][number]): boolean {
  return isInsecure(baseUrl ?? hostPattern ?? '')
}

/** Plain http to this machine itself is safe: nobody sits on the way who could replace the keys. */
function isInsecure(issuerUrl: string): boolean {
  const url = URL.parse(issuerUrl.replace('{id}', 'id'))
  return url?.protocol === 'http:' && !isLocalHostname(url.hostname)
}
