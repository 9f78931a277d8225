import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'

/** Algorithms of the tokens. */
export type Alg = 'RS256' | 'ES384'

/** Keys and tokens of one algorithm. */
export interface TokenSet {
  readonly alg: Alg
  readonly hash: 'sha256' | 'sha384'
  readonly publicKey: KeyObject
  readonly jwks: { readonly keys: readonly [Record<string, string>] }
  readonly tokens: readonly string[]
  /** The tokens split for a bare verification, so that it costs nothing but that. */
  readonly parts: ReadonlyMap<string, { readonly input: Buffer; readonly signature: Buffer }>
}

/** Who issues the tokens, and for whom. */
export const ISSUER = 'https://a1faa616-0000-4000-8000-000000000001.tokens.sts.global.api.aws'
export const AUDIENCE = 'https://orders.example.com'
export const ACCOUNT = '123456789012'

const TOKEN_COUNT = 400

/** Makes distinct tokens with the claims that AWS writes for a role (aws-wire §3.8). */
export function createTokenSet(alg: Alg): TokenSet {
  const hash = alg === 'RS256' ? 'sha256' : 'sha384'
  const { publicKey, privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const kid = alg === 'RS256' ? 'RSA_0' : 'EC384_0'
  const jwk: Record<string, string> = JSON.parse(
    JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }),
  )
  const parts = new Map<string, { input: Buffer; signature: Buffer }>()
  for (let i = 0; i < TOKEN_COUNT; i += 1) {
    const input = [{ kid, typ: 'JWT', alg }, createPayload()]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    parts.set(`${input}.${signature.toString('base64url')}`, {
      input: Buffer.from(input),
      signature,
    })
  }
  return { alg, hash, publicKey, jwks: { keys: [jwk] }, tokens: [...parts.keys()], parts }
}

function createPayload(): object {
  const sub = `arn:aws:iam::${ACCOUNT}:role/service/deployer`
  const iat = Math.floor(Date.now() / 1000)
  return {
    aud: AUDIENCE,
    sub,
    'https://sts.amazonaws.com/': {
      org_id: 'o-fixture',
      aws_account: ACCOUNT,
      ou_path: ['o-fixture/r-p5qq/'],
      request_tags: { 'aws:test': 'reserved', Team: 'request' },
      original_session_exp: '2036-09-11T19:41:15Z',
      source_region: 'us-east-1',
      principal_id: sub,
      principal_tags: { Team: 'platform' },
    },
    iss: ISSUER,
    exp: iat + 3600,
    iat,
    jti: randomUUID(),
  }
}
