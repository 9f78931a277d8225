import type { PublicJwk } from '../principals/public-jwk.ts'
import type { KeyPlace } from '../store/ports.ts'
import { formatKeyId, type KeyNaming } from './key-id.ts'

/** What the JWKS needs to know of a key. */
export interface PublishedKey extends Pick<KeyPlace, 'algorithm' | 'generation'> {
  readonly thumbprint: string
  readonly publicJwk: PublicJwk
}

/** The key set (RFC 7517 §5) as AWS writes it: RSA keys first, members in alphabetical order (aws-wire §4). */
export function formatJwks(naming: KeyNaming, keys: readonly PublishedKey[]): string {
  const rsaKeys = keys.filter(key => key.publicJwk.kty === 'RSA')
  const ecKeys = keys.filter(key => key.publicJwk.kty === 'EC')
  return JSON.stringify({ keys: [...rsaKeys, ...ecKeys].map(key => toJwk(naming, key)) })
}

function toJwk(naming: KeyNaming, key: PublishedKey): object {
  const { algorithm: alg, publicJwk } = key
  const kid = formatKeyId(naming, key)
  if (publicJwk.kty === 'RSA') {
    return { alg, e: publicJwk.e, kid, kty: publicJwk.kty, n: publicJwk.n, use: 'sig' }
  }
  const { crv, kty, x, y } = publicJwk
  return { alg, crv, kid, kty, use: 'sig', x, y }
}
