import { hash } from 'node:crypto'
import {
  createErasableKey,
  createLaneBuffers,
  createLaneTable,
  LANE_COUNT,
  type LaneKey,
  type Lanes,
} from '../lanes/lanes.ts'
import { type RsaNumbers, useRsaNumbers } from '../lanes/private-key-numbers.ts'
import { type CryptoMb, isLaneGood } from './crypto-mb.ts'

const MODULUS_BYTES = 256
const PRIME_BYTES = 128

/** `00 01 FF … FF 00` and the DigestInfo of SHA-256, in front of the hash (RFC 8017 §9.2). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')
const HASH_BYTES = 32
const HASH_OFFSET = MODULUS_BYTES - HASH_BYTES
const PADDING = Buffer.concat([
  Buffer.from([0, 1]),
  Buffer.alloc(HASH_OFFSET - DIGEST_INFO.length - 3, 0xff),
  Buffer.from([0]),
  DIGEST_INFO,
])

/** The exponent of the library's public operation, and of every key that Credence makes. */
const PUBLIC_EXPONENT = Buffer.from([1, 0, 1])

const PRIVATE_NUMBERS = ['p', 'q', 'dp', 'dq', 'qInverse'] as const
type PrivateNumber = (typeof PRIVATE_NUMBERS)[number]

/** An RSA key in native memory. */
export interface Rs256LaneKey extends LaneKey {
  /** Big-endian, to compare signatures with. */
  readonly modulus: Uint8Array
  readonly addresses: Readonly<Record<PrivateNumber | 'modulus', bigint>>
}

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3) in eight lanes. The signature of a message under a
 * key is one number, so these are OpenSSL's bytes.
 *
 * The operation uses the Chinese remainder theorem. After one wrong bit in one of its halves,
 * whoever sees the result can compute the primes (Boneh, DeMillo, Lipton 1997). So every result is
 * put through the public operation, and handed out only when that gives exactly what was to be
 * signed.
 */
export function createRs256Lanes(library: CryptoMb): Lanes<Rs256LaneKey> {
  const inputs = createLaneBuffers(library, LANE_COUNT, MODULUS_BYTES)
  const outputs = createLaneBuffers(library, LANE_COUNT, MODULUS_BYTES)
  const recovered = createLaneBuffers(library, LANE_COUNT, MODULUS_BYTES)
  const keyTables = {
    p: createLaneTable(library, LANE_COUNT),
    q: createLaneTable(library, LANE_COUNT),
    dp: createLaneTable(library, LANE_COUNT),
    dq: createLaneTable(library, LANE_COUNT),
    qInverse: createLaneTable(library, LANE_COUNT),
    modulus: createLaneTable(library, LANE_COUNT),
  }
  const scratch = library.allocate(
    Math.max(library.rsaSignScratchBytes, library.rsaPublicScratchBytes),
  )
  for (let lane = 0; lane < LANE_COUNT; lane += 1) inputs.at(lane).set(PADDING)
  const signTables = {
    input: inputs.table.address,
    output: outputs.table.address,
    p: keyTables.p.address,
    q: keyTables.q.address,
    dp: keyTables.dp.address,
    dq: keyTables.dq.address,
    qInverse: keyTables.qInverse.address,
  }
  const checkTables = {
    input: outputs.table.address,
    output: recovered.table.address,
    modulus: keyTables.modulus.address,
  }

  return {
    openKey: privateKey =>
      useRsaNumbers(privateKey, numbers =>
        isSuitable(numbers) ? placeKey(library, numbers) : null,
      ),

    sign(jobs) {
      for (const [lane, { signingInput }] of jobs.entries()) {
        inputs.at(lane).set(hash('sha256', signingInput, 'buffer'), HASH_OFFSET)
      }
      for (const buffers of [inputs, outputs, recovered]) buffers.use(jobs.length)
      for (const number of [...PRIVATE_NUMBERS, 'modulus'] as const) {
        keyTables[number].point(jobs.map(({ key }) => key.addresses[number]))
      }
      try {
        const signed = library.signRsa2048(signTables, scratch.address)
        const checked = library.applyRsa2048PublicKey(checkTables, scratch.address)
        return jobs.map(({ key }, lane) => {
          const signature = outputs.at(lane)
          const isRight =
            isLaneGood(signed, lane) &&
            isLaneGood(checked, lane) &&
            Buffer.compare(signature, key.modulus) < 0 &&
            Buffer.compare(recovered.at(lane), inputs.at(lane)) === 0
          return isRight ? Uint8Array.from(signature) : null
        })
      } finally {
        outputs.erase()
        // The library leaves primes in it.
        scratch.bytes.fill(0)
      }
    },
  }
}

/** The library wants primes of half the length each, the larger one first, and its own exponent. */
function isSuitable({ modulus, publicExponent, p, q, dp, dq, qInverse }: RsaNumbers): boolean {
  return (
    modulus.length === MODULUS_BYTES &&
    Buffer.compare(publicExponent, PUBLIC_EXPONENT) === 0 &&
    p.length === PRIME_BYTES &&
    q.length === PRIME_BYTES &&
    Buffer.compare(p, q) > 0 &&
    [dp, dq, qInverse].every(number => number.length <= PRIME_BYTES)
  )
}

function placeKey(library: CryptoMb, numbers: RsaNumbers): Rs256LaneKey {
  const memory = library.allocate(PRIVATE_NUMBERS.length * PRIME_BYTES + MODULUS_BYTES)
  const place = (number: Uint8Array, offset: number): bigint => {
    // Little-endian, with zeros above.
    for (const [index, byte] of number.entries()) {
      memory.bytes[offset + number.length - 1 - index] = byte
    }
    return memory.address + BigInt(offset)
  }
  return {
    modulus: Uint8Array.from(numbers.modulus),
    addresses: {
      p: place(numbers.p, 0),
      q: place(numbers.q, PRIME_BYTES),
      dp: place(numbers.dp, 2 * PRIME_BYTES),
      dq: place(numbers.dq, 3 * PRIME_BYTES),
      qInverse: place(numbers.qInverse, 4 * PRIME_BYTES),
      modulus: place(numbers.modulus, 5 * PRIME_BYTES),
    },
    ...createErasableKey(memory),
  }
}
