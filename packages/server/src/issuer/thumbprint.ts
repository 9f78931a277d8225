import { createHash } from 'node:crypto'
import { listJwkMembers, type PublicJwk, sortMembers } from '../principals/public-jwk.ts'

/**
 * The SHA-256 thumbprint of a public key in base64url: a hash of its required members in
 * lexicographic order (RFC 7638 §3).
 */
export function formatThumbprint(jwk: PublicJwk): string {
  const canonical = sortMembers(Object.fromEntries(listJwkMembers(jwk)))
  return createHash('sha256').update(JSON.stringify(canonical)).digest('base64url')
}
