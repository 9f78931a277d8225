import { ec, type SigningEntry } from './algorithm.ts'

/** ECDSA on P-384 with SHA-384 (RFC 7518 §3.4). */
export const ES384 = {
  ...ec('ES384', 'sha384', 'P-384', 96),
  awsKeyPrefix: 'EC384',
  privateKey: { type: 'ec', details: { namedCurve: 'secp384r1' } },
  jwk: { fixed: { kty: 'EC', crv: 'P-384' }, members: ['x', 'y'] },
} as const satisfies SigningEntry
