import { VerifyError } from '../errors.ts'
import type { TrustedIssuer } from '../options.ts'
import type { CompleteOptions } from '../parse-options.ts'
import type { Platform } from '../platform/platform.ts'
import { refuseUnknown } from '../refuse-unknown.ts'
import { CachedKeys, type KeyLoader } from './cached-keys.ts'
import { parseSecureUrl } from './issuer-url.ts'
import type { KeySource } from './key-source.ts'
import { createBundleLoader } from './load-from-bundle.ts'
import { createDiscoveryLoader, createJwksLoader } from './load-from-issuer.ts'
import { createStaticKeys } from './static-keys.ts'

/** The source of keys that the configuration of an issuer asks for. @throws VerifyError `options_invalid`, `jwks_invalid` */
export function createKeySource(
  trusted: TrustedIssuer,
  options: CompleteOptions,
  platform: Platform,
): KeySource {
  const { issuer, keys } = trusted
  if (keys && 'jwks' in keys) {
    refuseUnknown(keys, { jwks: true }, 'keys.')
    return createStaticKeys(issuer, keys.jwks, platform)
  }
  return new CachedKeys({
    issuer,
    load: createLoader(trusted, options, platform),
    limits: options.keyCache,
    platform,
    nowMs: options.nowMs,
  })
}

function createLoader(
  { issuer, keys, allowInsecureHttp }: TrustedIssuer,
  options: CompleteOptions,
  platform: Platform,
): KeyLoader {
  const allowsHttp = allowInsecureHttp === true
  const fetching = { fetch: options.fetch, timeoutMs: options.fetchTimeoutMs }
  if (!keys) return createDiscoveryLoader(issuer, allowsHttp, fetching)
  if ('bundle' in keys) return createBundleLoader(issuer, keys, platform, options.nowMs)
  if ('jwksUri' in keys) {
    refuseUnknown(keys, { jwksUri: true }, 'keys.')
    const url = parseSecureUrl(keys.jwksUri, allowsHttp, 'options_invalid')
    return createJwksLoader(url.href, fetching)
  }
  throw new VerifyError('options_invalid', `keys of ${issuer} has none of jwksUri, jwks, bundle`)
}
