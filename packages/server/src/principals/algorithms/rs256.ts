import { rsa, type SigningEntry } from './algorithm.ts'

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3). */
export const RS256 = {
  ...rsa('RS256', 'sha256'),
  awsKeyPrefix: 'RSA',
  privateKey: { type: 'rsa', details: { modulusLength: 2048 } },
  jwk: { fixed: { kty: 'RSA' }, members: ['n', 'e'] },
} as const satisfies SigningEntry
