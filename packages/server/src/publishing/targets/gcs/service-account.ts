import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { createForm, requestAccessToken } from '../access-token.ts'
import { TargetError } from '../target.ts'
import { requireText, requireUrl, SCOPE, type TokenMaker } from './token-maker.ts'

const LIFE_SECONDS = 3600

/** A token for a statement that the key of a service account has signed (RFC 7523 §2.1). */
export const signForServiceAccount: TokenMaker = async ({ path, fields }, { clock }, limits) => {
  const url = requireUrl(path, fields, 'token_uri')
  const key = readKey(path, requireText(path, fields, 'private_key'))
  const nowMs = clock.nowMs()
  const issuedAt = Math.floor(nowMs / 1000)
  const header = {
    alg: 'RS256',
    typ: 'JWT',
    kid: requireText(path, fields, 'private_key_id'),
  }
  const claims = {
    iss: requireText(path, fields, 'client_email'),
    scope: SCOPE,
    aud: url.href,
    iat: issuedAt,
    exp: issuedAt + LIFE_SECONDS,
  }
  const signed = `${encode(header)}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(signed), key).toString('base64url')
  const form = createForm(
    url,
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${signed}.${signature}`,
    },
    `the key of ${path} may have been deleted`,
  )
  return requestAccessToken(form, { limits, nowMs })
}

function readKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // What OpenSSL says of it may hold a part of it.
    throw new TargetError('refused', `${path} has a \`private_key\` that is none`)
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
