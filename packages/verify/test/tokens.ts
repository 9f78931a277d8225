/** Issuers, tokens and keys for the tests, made with `node:crypto` and nothing of this package. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { VerifierOptions } from '../src/index.ts'

export const ISSUER = 'https://a1faa616-0000-4000-8000-000000000001.tokens.sts.global.api.aws'
export const OTHER_ISSUER = 'https://a124dc86-0000-4000-8000-000000000002.tokens.sts.global.api.aws'
export const ACCOUNT = '123456789012'
export const AUDIENCE = 'https://orders.example.com'
export const AWS = 'https://sts.amazonaws.com/'
/** `iat` of the tokens, in seconds. */
export const ISSUED_AT = 1_789_151_748
/** `exp` of the tokens, in seconds. */
export const EXPIRES_AT = ISSUED_AT + 300
/** A moment in the life of the tokens. */
export const NOW_MS = (ISSUED_AT + 60) * 1000

export type Alg = 'RS256' | 'ES384'
export type Json = Record<string, unknown>

export interface TestKey {
  readonly kid: string
  readonly alg: Alg
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const HASHES = { RS256: 'sha256', ES384: 'sha384' } as const

export function createRsaKey(kid = 'RSA_0', modulusLength = 2048): TestKey {
  return { kid, alg: 'RS256', ...generateKeyPairSync('rsa', { modulusLength }) }
}

export function createEcKey(kid = 'EC384_0'): TestKey {
  return { kid, alg: 'ES384', ...generateKeyPairSync('ec', { namedCurve: 'P-384' }) }
}

/** Keys as AWS names them; made once for each test file. */
export const RSA_KEY = createRsaKey()
export const EC_KEY = createEcKey()

export function formatJwk(key: TestKey): Json {
  const { kty, n, e, crv, x, y } = key.publicKey.export({ format: 'jwk' })
  const numbers = kty === 'RSA' ? { e, n } : { crv, x, y }
  return { alg: key.alg, kid: key.kid, kty, use: 'sig', ...numbers }
}

export function formatJwks(...keys: readonly TestKey[]): { keys: Json[] } {
  return { keys: keys.map(formatJwk) }
}

/** The payload that AWS writes for an IAM user (aws-wire §3.8), in its order. */
export function createPayload(overrides: Json = {}, aws: Json = {}): Json {
  return {
    aud: AUDIENCE,
    sub: `arn:aws:iam::${ACCOUNT}:role/service/deployer`,
    [AWS]: {
      org_id: 'o-fixture',
      aws_account: ACCOUNT,
      ou_path: ['o-fixture/r-p5qq/'],
      request_tags: { 'aws:test': 'reserved', Team: 'request' },
      original_session_exp: '2026-09-11T19:41:15Z',
      source_region: 'us-east-1',
      principal_id: `arn:aws:iam::${ACCOUNT}:role/service/deployer`,
      principal_tags: { Team: 'platform' },
      ...aws,
    },
    iss: ISSUER,
    exp: EXPIRES_AT,
    iat: ISSUED_AT,
    jti: '41702edc-542b-430b-acf4-312fafd56b0f',
    ...overrides,
  }
}

/** The payload with one member of the AWS object, or one claim, left out. */
export function omit(payload: Json, name: string): Json {
  const { [name]: _, ...rest } = payload
  return rest
}

export const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url')

export interface SignOptions {
  readonly key?: TestKey
  /** Instead of `{kid, typ, alg}`. */
  readonly header?: unknown
}

/** A token over any payload; text and bytes are taken as they are. */
export function signToken(payload: unknown = createPayload(), options: SignOptions = {}): string {
  const key = options.key ?? EC_KEY
  const header = options.header ?? { kid: key.kid, typ: 'JWT', alg: key.alg }
  const input = `${encode(asText(header))}.${encode(asText(payload))}`
  return `${input}.${encode(signBytes(input, key))}`
}

/** A JOSE signature by a key. */
export function signBytes(input: string, key: TestKey): Buffer {
  const options = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return sign(HASHES[key.alg], Buffer.from(input), options)
}

function asText(value: unknown): string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value)
}

/** Options of a verifier that accepts {@link signToken} at {@link NOW_MS}. */
export function createOptions(overrides: Partial<VerifierOptions> = {}): VerifierOptions {
  return {
    issuers: [{ issuer: ISSUER, accounts: [ACCOUNT], keys: { jwks: formatJwks(RSA_KEY, EC_KEY) } }],
    audience: AUDIENCE,
    nowMs: () => NOW_MS,
    ...overrides,
  }
}

/** The code of the VerifyError that a promise is refused with; anything else fails the test. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'accepted',
    (error: unknown) => (isCoded(error) ? error.code : `unexpected ${String(error)}`),
  )
}

/** The code of the VerifyError that a function throws. */
export function codeThrown(run: () => unknown): string {
  try {
    run()
    return 'accepted'
  } catch (error) {
    return isCoded(error) ? error.code : `unexpected ${String(error)}`
  }
}

function isCoded(error: unknown): error is { readonly code: string } {
  return error instanceof Error && error.name === 'VerifyError' && 'code' in error
}
