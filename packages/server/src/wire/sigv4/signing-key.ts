import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Secret } from '../../secrets/secret.ts'
import type { CredentialScope } from './string-to-sign.ts'

/** Derives the key of a scope from a secret access key: four chained HMACs (aws-wire §7.1). */
export function deriveSigningKey(secret: Secret, scope: CredentialScope): KeyObject {
  const { date, region, service, terminator } = scope
  let key = Buffer.from(`AWS4${secret.reveal()}`)
  for (const part of [date, region, service, terminator]) {
    key = createHmac('sha256', key).update(part, 'latin1').digest()
  }
  return createSecretKey(key)
}

/** Hex HMAC-SHA256 of a string to sign. */
export function sign(signingKey: KeyObject, stringToSign: string): string {
  return createHmac('sha256', signingKey).update(stringToSign, 'latin1').digest('hex')
}
