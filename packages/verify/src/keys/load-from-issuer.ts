import { quote, VerifyError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { KeyLoader } from './cached-keys.ts'
import { type FetchOptions, fetchDocument } from './fetch-document.ts'
import { formatDiscoveryUrl, parseSecureUrl } from './issuer-url.ts'

/**
 * Loads keys from where the issuer's discovery document says. The document must name exactly this
 * issuer (OpenID Connect Discovery 1.0 §4.3), and `jwks_uri` must have the issuer's own origin:
 * another origin is only asked when the configuration names it (`keys: { jwksUri }`), never because a
 * document says so. Both are fetched each time, so a moved `jwks_uri` is followed.
 */
export function createDiscoveryLoader(
  issuer: string,
  allowInsecureHttp: boolean,
  options: FetchOptions,
): KeyLoader {
  return async () => {
    const discovery = await fetchDocument(formatDiscoveryUrl(issuer), options)
    return loadJwks(readJwksUri(discovery.json, issuer, allowInsecureHttp), options)
  }
}

/** Loads keys from a URL that the configuration names. */
export function createJwksLoader(jwksUri: string, options: FetchOptions): KeyLoader {
  return () => loadJwks(jwksUri, options)
}

async function loadJwks(jwksUri: string, options: FetchOptions) {
  const { json, freshSeconds } = await fetchDocument(jwksUri, options)
  return { jwks: json, freshSeconds, expiresAtMs: null }
}

function readJwksUri(discovery: JsonObject, issuer: string, allowInsecureHttp: boolean): string {
  if (discovery['issuer'] !== issuer) {
    throw new VerifyError(
      'discovery_invalid',
      `the discovery document of ${issuer} names the issuer ${quote(discovery['issuer'])}`,
    )
  }
  const url = parseSecureUrl(discovery['jwks_uri'], allowInsecureHttp, 'discovery_invalid')
  if (url.origin !== new URL(issuer).origin) {
    throw new VerifyError(
      'discovery_invalid',
      `jwks_uri of ${issuer} has another origin, ${url.origin}; name it in the configuration to allow it`,
    )
  }
  return url.href
}
