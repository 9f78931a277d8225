import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { JsonWebKeySet } from '@credence/verify'
import type { JsonObject, TokenOrigin } from './bad-token.ts'
import { type BadTokenName, createBadToken } from './bad-tokens.ts'
import { AWS_NAMESPACE } from './compose-token.ts'
import { createGoodToken, type GoodTokenName } from './good-tokens.ts'
import { createStrangerKey, createTokenKey, type TokenKey } from './token-key.ts'

const LIFETIME_SECONDS = 300

/** What a token of a test issuer says. */
export interface TestTokenOptions {
  readonly audience: string
  /** The ARN of a role or user; the role `deployer` of account 123456789012 when left out. */
  readonly subject?: string
  /** When it is issued, in milliseconds since the epoch; now when left out. */
  readonly nowMs?: number
  /** Claims beside or instead of the usual ones. */
  readonly claims?: JsonObject
}

/** An issuer that is nothing but keys: no server, no documents over HTTP. */
export interface TestIssuer {
  /** `iss` of its tokens. */
  readonly issuer: string
  /** Its public keys, as `keys: { jwks }` of a trusted issuer takes them. */
  readonly jwks: JsonWebKeySet
  /** A good token; signed with ES384 unless the name says otherwise. */
  readonly token: (options: TestTokenOptions, name?: GoodTokenName) => string
  /** A token that is bad in one way and right in every other. */
  readonly badToken: (name: BadTokenName, options: TestTokenOptions) => string
}

/**
 * Makes an issuer with new keys, for tests that need tokens and no server. Its tokens are those of
 * AWS and Credence (aws-wire §3).
 */
export function createTestIssuer(issuer = 'https://issuer.example.com'): TestIssuer {
  const keys = {
    RS256: createTokenKey(
      'RSA_0',
      'RS256',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    ),
    ES384: createStrangerKey('EC384_0'),
  }
  const formerKeys = {
    retiredKey: createStrangerKey('EC384_RETIRED'),
    revokedKey: createStrangerKey('EC384_REVOKED'),
  }
  const createOrigin = (options: TestTokenOptions): TokenOrigin => {
    const nowSeconds = Math.floor((options.nowMs ?? Date.now()) / 1000)
    return { keys, ...formerKeys, nowSeconds, claims: createClaims(issuer, nowSeconds, options) }
  }
  return {
    issuer,
    jwks: { keys: [toJwk(keys.RS256), toJwk(keys.ES384)] },
    token: (options, name = 'good-es384') => createGoodToken(name, createOrigin(options)),
    badToken: (name, options) => createBadToken(name, createOrigin(options)),
  }
}

function createClaims(
  issuer: string,
  nowSeconds: number,
  { audience, subject = 'arn:aws:iam::123456789012:role/deployer', claims }: TestTokenOptions,
): JsonObject {
  const [, , , , account] = subject.split(':')
  return {
    aud: audience,
    sub: subject,
    [AWS_NAMESPACE]: { aws_account: account, source_region: 'us-east-1', principal_id: subject },
    iss: issuer,
    exp: nowSeconds + LIFETIME_SECONDS,
    iat: nowSeconds,
    jti: randomUUID(),
    ...claims,
  }
}

function toJwk({ kid, alg, publicKey }: TokenKey): JsonObject {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
}
