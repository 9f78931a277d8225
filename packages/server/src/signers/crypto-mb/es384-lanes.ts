import { hash } from 'node:crypto'
import type { RandomSource } from '../../runtime/random.ts'
import { createLaneBuffers, createLaneTable, LANE_COUNT, type Lanes } from '../lanes/lanes.ts'
import { type P384LaneKey, placeP384Key } from '../lanes/p384-lane-key.ts'
import { createNonceWriter, FRESH_BYTES, isSignatureHalf, P384_BYTES } from '../lanes/p384-nonce.ts'
import { useEcNumber } from '../lanes/private-key-numbers.ts'
import { type CryptoMb, isLaneGood } from './crypto-mb.ts'

/**
 * ECDSA over P-384 with SHA-384 (RFC 7518 §3.4) in eight lanes, each with a nonce of its own.
 *
 * A nonce serves one attempt. It is made right before it and erased right after it, even when the
 * attempt fails: then node:crypto signs, with a nonce of its own. A result is handed out when the
 * library says that the lane is good and both halves are in range. It isn't verified: that would
 * cost more than the signature, and OpenSSL does not do it either. A fault in one ECDSA signature
 * with an unknown nonce does not give the key away, as one in RSA does.
 */
export function createEs384Lanes(library: CryptoMb, random: RandomSource): Lanes<P384LaneKey> {
  const halves = {
    r: createLaneBuffers(library, LANE_COUNT, P384_BYTES),
    s: createLaneBuffers(library, LANE_COUNT, P384_BYTES),
  }
  const digests = createLaneBuffers(library, LANE_COUNT, P384_BYTES)
  const nonces = createLaneBuffers(library, LANE_COUNT, P384_BYTES)
  const keyTable = createLaneTable(library, LANE_COUNT)
  const writeNonce = createNonceWriter()
  const tables = {
    r: halves.r.table.address,
    s: halves.s.table.address,
    digest: digests.table.address,
    nonce: nonces.table.address,
    privateKey: keyTable.address,
  }

  return {
    openKey: privateKey => useEcNumber(privateKey, number => placeP384Key(library, number)),

    sign(jobs) {
      for (const buffers of [halves.r, halves.s, digests, nonces]) buffers.use(jobs.length)
      keyTable.point(jobs.map(({ key }) => key.address))
      const fresh = random.bytes(jobs.length * FRESH_BYTES)
      try {
        for (const [lane, { key, signingInput }] of jobs.entries()) {
          const digest = hash('sha384', signingInput, 'buffer')
          digests.at(lane).set(digest)
          const ownFresh = fresh.subarray(lane * FRESH_BYTES, (lane + 1) * FRESH_BYTES)
          writeNonce(nonces.at(lane), ownFresh, key.number, digest)
        }
        const signed = library.signP384(tables)
        return jobs.map((_, lane) => {
          const [r, s] = [halves.r.at(lane), halves.s.at(lane)]
          const isRight = isLaneGood(signed, lane) && isSignatureHalf(r) && isSignatureHalf(s)
          return isRight ? Buffer.concat([r, s]) : null
        })
      } finally {
        fresh.fill(0)
        nonces.erase()
        halves.r.erase()
        halves.s.erase()
      }
    },
  }
}
