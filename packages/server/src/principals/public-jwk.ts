/** A public key as it stands in the JWKS, without `kid` and `use` (RFC 7517, RFC 7518 §6). */
export type PublicJwk =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: 'P-384'; readonly x: string; readonly y: string }

type Members = { readonly [Member in 'kty' | 'n' | 'e' | 'crv' | 'x' | 'y']?: unknown }

/** The public members of a JWK and nothing else of it; null for a key of another type or curve. */
export function readPublicJwk({ kty, n, e, crv, x, y }: Members): PublicJwk | null {
  if (kty === 'RSA' && isText(n) && isText(e)) return { kty, n, e }
  if (kty === 'EC' && crv === 'P-384' && isText(x) && isText(y)) return { kty, crv, x, y }
  return null
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
