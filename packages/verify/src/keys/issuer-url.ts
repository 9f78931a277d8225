import { quote, VerifyError } from '../errors.ts'

/**
 * A URL of an issuer or of its keys: `https` (or `http` where that is allowed), and nothing that
 * would make two texts mean the same place in different ways.
 *
 * @throws VerifyError with `code`
 */
export function parseSecureUrl(
  value: unknown,
  allowInsecureHttp: boolean,
  code: 'options_invalid' | 'discovery_invalid',
): URL {
  // `URL.parse` is missing from Node 20.
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
  if (!url) throw new VerifyError(code, `${quote(value)} is not a URL`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowInsecureHttp)) {
    throw new VerifyError(
      code,
      `${quote(value)} is not https; allowInsecureHttp permits http, for tests and closed networks`,
    )
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new VerifyError(code, `${quote(value)} has credentials or a fragment`)
  }
  return url
}

/** Where an issuer's discovery document is (OpenID Connect Discovery 1.0 §4). */
export function formatDiscoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}
