import { constants, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { VerificationKey } from './key-set.ts'
import type { UnverifiedToken } from './parse-token.ts'

const verifyInThread = promisify(verify)

/**
 * Whether the token's signature is by this key (RFC 7518 §3.3, §3.4). The key must be one for the
 * token's algorithm. Runs beside the event loop: anybody may send a token, and an ES512 signature
 * takes a millisecond.
 */
export async function verifySignature(
  { algorithm, signingInput, signature }: UnverifiedToken,
  { key, algorithms }: VerificationKey,
): Promise<boolean> {
  if (!algorithms.includes(algorithm)) return false
  const { hash, signatureBytes } = algorithm
  if (signatureBytes !== null && signature.length !== signatureBytes) return false
  const parameters =
    signatureBytes === null
      ? { key, padding: constants.RSA_PKCS1_PADDING }
      : { key, dsaEncoding: 'ieee-p1363' as const }
  return verifyInThread(hash, Buffer.from(signingInput, 'ascii'), parameters, signature)
}
