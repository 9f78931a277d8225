/** The bad tokens given to this package and to the libraries that people use otherwise. */
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier as createFastVerifier } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { BAD_TOKEN_PARTS } from '../../test-tokens/src/bad-tokens.ts'
import { createVerifier } from '../src/index.ts'
import { createOrigin } from './token-origin.ts'
import { ACCOUNT, AUDIENCE, EC_KEY, formatJwks, ISSUER, RSA_KEY } from './tokens.ts'

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
export const VERIFIERS: Readonly<Record<string, (token: string) => unknown>> = {
  '@credence/verify': token => ours.verify(token),
  jose: token =>
    jwtVerify(token, localJwks, { algorithms: ALGORITHMS, issuer: ISSUER, audience: AUDIENCE }),
  jsonwebtoken: token =>
    jsonwebtoken.verify(
      token,
      findPem(jsonwebtoken.decode(token, { complete: true })?.header.kid),
      {
        algorithms: ALGORITHMS,
        issuer: ISSUER,
        audience: AUDIENCE,
      },
    ),
  'fast-jwt': token => fastJwt(token),
  'aws-jwt-verify': token => awsJwtVerify.verify(token),
}

/** Whether a verifier lets a token in. */
export async function isAccepted(
  verify: (token: string) => unknown,
  token: string,
): Promise<boolean> {
  try {
    await verify(token)
    return true
  } catch {
    return false
  }
}

/** Which verifier accepts which bad token, as Markdown: a table for each part of the set. */
export async function formatWhoAcceptsWhat(): Promise<string> {
  const origin = createOrigin(Date.now())
  const names = Object.keys(VERIFIERS)
  const parts: string[] = []
  for (const { title, tokens } of BAD_TOKEN_PARTS) {
    const rows = [['', ...names], names.map(() => '---').concat('---')]
    for (const bad of Object.values(tokens)) {
      const token = bad.make(origin)
      const cells: string[] = [bad.title]
      for (const verify of Object.values(VERIFIERS)) {
        cells.push((await isAccepted(verify, token)) ? '**accepts**' : 'refuses')
      }
      rows.push(cells)
    }
    const table = rows.map(cells => `| ${cells.join(' | ')} |`).join('\n')
    parts.push(`### ${title}\n\n${table}\n`)
  }
  return parts.join('\n')
}
