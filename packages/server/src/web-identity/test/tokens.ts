import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { formatOidcProviderArn } from '../../principals/arn.ts'
import type { OidcProvider } from '../../principals/entities.ts'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { FindProvider } from '../web-identity.ts'

/** The moment of the tests, in seconds. */
export const NOW_SECONDS = 1_800_000_000

/** An issuer's key pair with its published form. */
export interface IssuerKeyPair {
  readonly privateKey: KeyObject
  readonly jwk: Readonly<Record<string, unknown>>
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** A new key pair for an algorithm. */
export function createKeyPair(alg: string, kid: string): IssuerKeyPair {
  const namedCurve = CURVES[alg]
  const { privateKey, publicKey } =
    namedCurve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve })
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

/** The text of a JWK Set. */
export function formatKeySet(...keys: readonly IssuerKeyPair[]): string {
  return JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })
}

/** Claims of a token that is good at {@link NOW_SECONDS}. */
export function createClaims(
  issuer: string,
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    iss: issuer,
    sub: 'repo:example/app:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    iat: NOW_SECONDS,
    exp: NOW_SECONDS + 300,
    ...change,
  }
}

/** Puts a token together from any header and any payload; `sign` makes the signature. */
export function assembleToken(
  header: unknown,
  payload: unknown,
  makeSignature: (signingInput: Buffer) => Uint8Array,
): string {
  const signingInput = `${encode(header)}.${encode(payload)}`
  const signature = Buffer.from(makeSignature(Buffer.from(signingInput)))
  return `${signingInput}.${signature.toString('base64url')}`
}

/** A token signed by node:crypto. */
export function signToken(
  { privateKey, jwk }: IssuerKeyPair,
  claims: unknown,
  header: Readonly<Record<string, unknown>> = {},
): string {
  const alg = String(header['alg'] ?? jwk['alg'])
  const parameters = alg.startsWith('ES')
    ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
    : { key: privateKey, padding: constants.RSA_PKCS1_PADDING }
  return assembleToken({ alg, typ: 'JWT', kid: jwk['kid'], ...header }, claims, input =>
    sign(`sha${alg.slice(2)}`, input, parameters),
  )
}

/** A provider of an account. */
export function createProvider(url: string, change: Partial<OidcProvider> = {}): OidcProvider {
  const accountId = change.accountId ?? parseAccountId('123456789012')
  const home = { partition: 'aws', accountId } as const
  return {
    accountId,
    arn: formatOidcProviderArn(home, url),
    url,
    clientIds: ['sts.amazonaws.com'],
    thumbprints: [],
    createdAtMs: 0,
    tags: [],
    inlineJwks: null,
    contextProvider: null,
    ...change,
  }
}

function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return Buffer.from(text, 'utf8').toString('base64url')
}

/** Finds a provider among these, as an account's registered ones. */
export function findAmong(...providers: readonly OidcProvider[]): FindProvider {
  return async issuer => providers.find(({ url }) => url === issuer) ?? null
}
