import { sign } from 'node:crypto'
import {
  createClaims,
  createKeyPair,
  type IssuerKeyPair,
  signToken,
} from '../../src/web-identity/test/tokens.ts'
import { formatDiscovery, ISSUER, type IssuerResponses } from './readers.ts'

/** A token with what its issuer publishes. */
export interface Case {
  readonly name: string
  readonly token: string
  readonly answers: Pick<IssuerResponses, 'discovery' | 'jwks'>
}

export type Json = Readonly<Record<string, unknown>>

export const RSA = createKeyPair('RS256', 'rsa')
export const EC = createKeyPair('ES384', 'ec')
export const OTHERS = ['RS384', 'RS512', 'ES256', 'ES512'].map(alg => createKeyPair(alg, alg))
export const BOTH = [RSA, EC]

/** Claims that both readers accept: those of a token of AWS. */
export const CLAIMS = createClaims(ISSUER, {
  sub: 'arn:aws:iam::123456789012:role/deployer',
  jti: '41702edc-542b-430b-acf4-312fafd56b0f',
  'https://sts.amazonaws.com/': { aws_account: '123456789012', source_region: 'us-east-1' },
})
const GOOD = new Map(BOTH.map(pair => [pair, signToken(pair, CLAIMS)]))
export const good = (pair: IssuerKeyPair): string => GOOD.get(pair) ?? signToken(pair, CLAIMS)

export const setOf = (...keys: readonly unknown[]): string => JSON.stringify({ keys })
export const PUBLISHED = setOf(...[...BOTH, ...OTHERS].map(({ jwk }) => jwk))
export const hash = (pair: IssuerKeyPair): string => `sha${String(pair.jwk['alg']).slice(2)}`
export const optionsOf = ({ privateKey }: IssuerKeyPair) => ({
  key: privateKey,
  dsaEncoding: 'ieee-p1363' as const,
})
export const signBy =
  (pair: IssuerKeyPair) =>
  (input: Buffer): Buffer =>
    sign(hash(pair), input, optionsOf(pair))

export const withToken = (name: string, token: string): Case => ({
  name,
  token,
  answers: { discovery: formatDiscovery(), jwks: PUBLISHED },
})
export const withSet = (name: string, jwks: string, token: string): Case => ({
  name,
  token,
  answers: { discovery: formatDiscovery(), jwks },
})

/** What a member may be that should be something else; `undefined` is no member at all. */
export const WRONG_VALUES: readonly unknown[] = [
  ...[undefined, null, '', 'x', '=', 0, 1.5, true, [], {}, [null]],
  ...['RS256', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'HS256', 'none', 'es384'],
]
export const show = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value)

export function change(object: Json, name: string, value: unknown): Json {
  return Object.fromEntries([
    ...Object.entries(object).filter(([key]) => key !== name),
    [name, value],
  ])
}
