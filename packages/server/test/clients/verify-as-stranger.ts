import * as jose from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import jwksRsa from 'jwks-rsa'

/** The claims that every token has, and what else it carries. */
export interface VerifiedClaims {
  readonly [name: string]: unknown
  readonly iat: number
  readonly exp: number
}

/** Verifies with `jose`, knowing nothing but the issuer's URL. */
export async function verifyWithJose(
  token: string,
  issuer: string,
  audience: string,
): Promise<VerifiedClaims> {
  const discovery = await discover(issuer)
  const keys = jose.createRemoteJWKSet(new URL(discovery.jwks_uri))
  const { payload } = await jose.jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: [...discovery.id_token_signing_alg_values_supported],
  })
  return asClaims(payload)
}

/** Verifies with `jsonwebtoken` and `jwks-rsa`, knowing nothing but the issuer's URL. */
export async function verifyWithJsonwebtoken(
  token: string,
  issuer: string,
  audience: string,
): Promise<VerifiedClaims> {
  const discovery = await discover(issuer)
  const { kid } = jose.decodeProtectedHeader(token)
  const key = await jwksRsa({ jwksUri: discovery.jwks_uri }).getSigningKey(kid)
  const claims = jsonwebtoken.verify(token, key.getPublicKey(), {
    issuer,
    audience,
    algorithms: ['RS256', 'ES384'],
  })
  return asClaims(claims)
}

async function discover(issuer: string) {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`)
  const document = (await answer.json()) as {
    readonly issuer: string
    readonly jwks_uri: string
    readonly id_token_signing_alg_values_supported: readonly string[]
  }
  if (document.issuer !== issuer) throw new Error(`the document names ${document.issuer}`)
  return document
}

function asClaims(payload: unknown): VerifiedClaims {
  const claims = payload as VerifiedClaims
  if (typeof claims.iat !== 'number' || typeof claims.exp !== 'number') throw new Error('no times')
  return claims
}
