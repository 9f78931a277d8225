import * as jose from 'jose'
import { expect } from 'vitest'
import type { CallResponse } from './calls.ts'
import type { TestServer } from './server.ts'
import { findText, readXml } from './xml.ts'

/** A token out of an answer, verified with the keys that its issuer publishes. */
export interface IssuedToken {
  readonly token: string
  /** The header as JSON text, byte for byte. */
  readonly header: string
  /** The payload as JSON text, byte for byte. */
  readonly payload: string
  readonly claims: jose.JWTPayload
  /** The claims below `https://sts.amazonaws.com/`. */
  readonly awsClaims: Readonly<Record<string, unknown>>
  readonly expiration: string
}

/** Reads and verifies the token of a granted call, with a library that knows nothing of this server. */
export async function readToken(
  { clock, endpoint }: Pick<TestServer, 'clock' | 'endpoint'>,
  answer: CallResponse,
): Promise<IssuedToken> {
  expect(answer).toMatchObject({ status: 200 })
  const result = 'GetWebIdentityTokenResult'
  const document = readXml(answer.body)
  const token = findText(document, result, 'WebIdentityToken') ?? ''
  const { iss = '' } = jose.decodeJwt(token)
  expect(iss.startsWith(`${endpoint}/`)).toBe(true)
  const keys = jose.createRemoteJWKSet(new URL(`${iss}/.well-known/jwks.json`))
  const { payload: claims } = await jose.jwtVerify(token, keys, {
    currentDate: new Date(clock.nowMs()),
  })
  const [header = '', payload = ''] = token.split('.').map(decode)
  const awsClaims = claims['https://sts.amazonaws.com/'] as IssuedToken['awsClaims']
  const expiration = findText(document, result, 'Expiration') ?? ''
  return { token, header, payload, claims, awsClaims, expiration }
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8')
}
