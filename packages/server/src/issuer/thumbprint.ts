import { createHash } from 'node:crypto'
import type { PublicJwk } from '../principals/public-jwk.ts'

/**
 * The SHA-256 thumbprint of a public key in base64url: a hash of its required members in
 * lexicographic order (RFC 7638 §3).
 */
export function formatThumbprint(jwk: PublicJwk): string {
  const canonical =
    jwk.kty === 'RSA'
      ? { e: jwk.e, kty: jwk.kty, n: jwk.n }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
  return createHash('sha256').update(JSON.stringify(canonical)).digest('base64url')
}
