import { hash } from 'node:crypto'
import type { RandomSource } from '../../runtime/random.ts'
import type { Lanes } from '../lanes/lanes.ts'
import { type P384LaneKey, placeP384Key } from '../lanes/p384-lane-key.ts'
import { createNonceWriter, FRESH_BYTES, isSignatureHalf, P384_BYTES } from '../lanes/p384-nonce.ts'
import { useEcNumber } from '../lanes/private-key-numbers.ts'
import type { Nettle } from './nettle.ts'

/**
 * ECDSA over P-384 with SHA-384 (RFC 7518 §3.4) by Nettle, one signature after the other: lanes in name
 * only, so that queue, counts and fallback are those of the multi-buffer signer.
 *
 * What holds for nonces and results there holds here (docs/decisions/0081-safety-of-the-lanes.md): a
 * nonce is made right before its one signature and erased right after it, with the working memory of
 * the library; a result leaves when both halves are in range, and is not verified.
 */
export function createNettleLanes(library: Nettle, random: RandomSource): Lanes<P384LaneKey> {
  const digest = library.allocate(P384_BYTES)
  const nonce = library.allocate(P384_BYTES)
  const r = library.allocate(P384_BYTES)
  const s = library.allocate(P384_BYTES)
  const scratch = library.allocate(library.scratchBytes)
  const writeNonce = createNonceWriter()

  function signOne(key: P384LaneKey, signingInput: Uint8Array): Uint8Array | null {
    const fresh = random.bytes(FRESH_BYTES)
    try {
      digest.bytes.set(hash('sha384', signingInput, 'buffer'))
      writeNonce(nonce.bytes, fresh, key.number, digest.bytes)
      library.signP384({
        privateKey: key.address,
        nonce: nonce.address,
        digest: digest.address,
        r: r.address,
        s: s.address,
        scratch: scratch.address,
      })
      const halves = [r.bytes.toReversed(), s.bytes.toReversed()]
      return halves.every(isSignatureHalf) ? Buffer.concat(halves) : null
    } finally {
      fresh.fill(0)
      for (const { bytes } of [nonce, scratch, r, s]) bytes.fill(0)
    }
  }

  return {
    openKey: privateKey => useEcNumber(privateKey, number => placeP384Key(library, number)),
    sign: jobs => jobs.map(({ key, signingInput }) => signOne(key, signingInput)),
  }
}
