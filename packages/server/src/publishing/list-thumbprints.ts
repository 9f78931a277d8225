import { formatThumbprint } from '../issuer/thumbprint.ts'
import type { PublicJwk } from '../principals/public-jwk.ts'

/** The thumbprints of the keys in a JWKS; null for what is none. */
export function listThumbprints(jwks: Uint8Array): readonly string[] | null {
  try {
    const { keys } = JSON.parse(Buffer.from(jwks).toString()) as { keys: readonly PublicJwk[] }
    return keys.map(formatThumbprint)
  } catch {
    return null
  }
}
