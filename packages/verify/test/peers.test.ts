import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier as createFastVerifier } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { createVerifier } from '../src/index.ts'
import { BAD_JWTS, BAD_PROFILES, type BadToken, createCurrentPayload } from './bad-tokens.ts'
import { readTables, type Table } from './markdown.ts'
import { ACCOUNT, AUDIENCE, EC_KEY, formatJwks, ISSUER, RSA_KEY, signToken } from './tokens.ts'

const DOCUMENT = join(import.meta.dirname, '../../../docs/relying-parties/who-accepts-what.md')
const JWKS = formatJwks(RSA_KEY, EC_KEY)
const ALGORITHMS: ('RS256' | 'ES384')[] = ['RS256', 'ES384']
const PEMS = new Map(
  [RSA_KEY, EC_KEY].map(key => [
    key.kid,
    key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ]),
)
const findPem = (kid: unknown): string => {
  const pem = PEMS.get(String(kid))
  if (!pem) throw new Error('unknown kid')
  return pem
}

const ours = createVerifier({
  issuers: [{ issuer: ISSUER, accounts: [ACCOUNT], keys: { jwks: JWKS } }],
  audience: AUDIENCE,
})
const localJwks = createLocalJWKSet(JSON.parse(JSON.stringify(JWKS)))
const awsJwtVerify = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE })
awsJwtVerify.cacheJwks(JSON.parse(JSON.stringify(JWKS)))
const fastJwt = createFastVerifier({
  key: async ({ header }: { header: { kid?: unknown } }) => findPem(header.kid),
  algorithms: ALGORITHMS,
  allowedIss: ISSUER,
  allowedAud: AUDIENCE,
})

/** Each told the algorithms, the issuer and the audience, as its documentation advises. */
const VERIFIERS: readonly (readonly [string, (token: string) => unknown])[] = [
  ['@credence/verify', token => ours.verify(token)],
  [
    'jose',
    token =>
      jwtVerify(token, localJwks, { algorithms: ALGORITHMS, issuer: ISSUER, audience: AUDIENCE }),
  ],
  [
    'jsonwebtoken',
    token =>
      jsonwebtoken.verify(
        token,
        findPem(jsonwebtoken.decode(token, { complete: true })?.header.kid),
        {
          algorithms: ALGORITHMS,
          issuer: ISSUER,
          audience: AUDIENCE,
        },
      ),
  ],
  ['fast-jwt', token => fastJwt(token)],
  ['aws-jwt-verify', token => awsJwtVerify.verify(token)],
]

async function isAccepted(verify: (token: string) => unknown, token: string): Promise<boolean> {
  try {
    await verify(token)
    return true
  } catch {
    return false
  }
}

async function createTable(tokens: readonly BadToken[]): Promise<Table> {
  const rows: string[][] = [['', ...VERIFIERS.map(([name]) => name)]]
  for (const { name, token } of tokens) {
    const cells: string[] = [name]
    for (const [, verify] of VERIFIERS) {
      cells.push((await isAccepted(verify, token)) ? '**accepts**' : 'refuses')
    }
    rows.push(cells)
  }
  return rows
}

describe('who accepts what', () => {
  it.each(VERIFIERS)('%s accepts good tokens', async (_, verify) => {
    for (const key of [RSA_KEY, EC_KEY]) {
      expect(await isAccepted(verify, signToken(createCurrentPayload(), { key }))).toBe(true)
    }
  })

  it.each([...BAD_JWTS, ...BAD_PROFILES])('we refuse: $name', async ({ token }) => {
    await expect(ours.verify(token)).rejects.toMatchObject({ name: 'VerifyError' })
  })

  it('is what the documentation says', async () => {
    const document = await readFile(DOCUMENT, 'utf8')
    expect(readTables(document)).toEqual([
      await createTable(BAD_JWTS),
      await createTable(BAD_PROFILES),
    ])
  })
})
