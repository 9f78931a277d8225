import { createECDH, createPublicKey, verify } from 'node:crypto'
import type { CryptoMb } from '../crypto-mb/crypto-mb.ts'
import { LANE_COUNT } from '../lanes/lanes.ts'
import type { NativeMemory } from '../lanes/native-memory.ts'

const P384_ORDER = BigInt(
  '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
)

/** The statuses of crypto_mb/status.h that lanes come back with. */
const MISMATCH_PARAM_ERR = 1
const NULL_PARAM_ERR = 2
const SIGNATURE_ERR = 8

/** What a test may do to a result before it is seen. */
export interface Faults {
  /** Called with the output of a lane; what it writes is what the lane gives. */
  rsaOutput?(lane: number, output: Uint8Array): void
  ecdsaOutput?(lane: number, r: Uint8Array, s: Uint8Array): void
  /** Status of a lane instead of success. */
  status?(lane: number): number
  /** Sees the nonces of a pass. */
  nonce?(lane: number, nonce: Uint8Array): void
  /** Thrown by every call. */
  error?: Error
}

/** The library with a look at all its memory. */
export interface SoftwareCryptoMb extends CryptoMb {
  readonly faults: Faults
  /** Everything that was allocated. */
  readonly memory: readonly NativeMemory[]
}

/**
 * The functions of the library as its headers describe them, in slow JavaScript over the same tables
 * and byte orders: for machines without the CPU for the real one, and for faults that it does not
 * have.
 */
export function createSoftwareCryptoMb(faults: Faults = {}): SoftwareCryptoMb {
  const memory: NativeMemory[] = []
  let nextAddress = 0x10_000n

  const at = (address: bigint, length: number): Uint8Array => {
    const found = memory.find(
      each => address >= each.address && address < each.address + BigInt(each.bytes.length),
    )
    if (found === undefined) throw new RangeError(`nothing is at ${address}`)
    const offset = Number(address - found.address)
    if (offset + length > found.bytes.length) throw new RangeError('beyond the end')
    return found.bytes.subarray(offset, offset + length)
  }

  const pointersOf = (table: bigint): bigint[] => {
    const view = new DataView(Uint8Array.from(at(table, LANE_COUNT * 8)).buffer)
    return Array.from({ length: LANE_COUNT }, (_, lane) => view.getBigUint64(lane * 8, true))
  }

  /** Runs `work` for the lanes that have all pointers, and puts the statuses together. */
  const forLanes = (
    tables: readonly (readonly [address: bigint, byteLength: number])[],
    work: (buffers: readonly Uint8Array[], lane: number) => number,
  ): number => {
    if (faults.error !== undefined) throw faults.error
    const pointers = tables.map(([table]) => pointersOf(table))
    let status = 0
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      const addresses = pointers.map(each => each[lane] ?? 0n)
      const isUsed = addresses.every(address => address !== 0n)
      const buffers = isUsed ? addresses.map((each, n) => at(each, tables[n]?.[1] ?? 0)) : []
      const laneStatus = isUsed
        ? work(buffers, lane) || (faults.status?.(lane) ?? 0)
        : NULL_PARAM_ERR
      status |= laneStatus << (lane * 4)
    }
    return status >>> 0
  }

  return {
    version: '1.0.14',
    rsaSignScratchBytes: 1024,
    rsaPublicScratchBytes: 512,
    faults,
    memory,

    allocate(byteLength) {
      const allocated = { bytes: new Uint8Array(new ArrayBuffer(byteLength)), address: nextAddress }
      nextAddress += BigInt(byteLength + 0x1000)
      memory.push(allocated)
      return allocated
    },

    signRsa2048({ input, output, p, q, dp, dq, qInverse }, scratch) {
      at(scratch, 1024).fill(0xaa)
      const halves = [p, q, dp, dq, qInverse].map(table => [table, 128] as const)
      return forLanes([[input, 256], [output, 256], ...halves], (buffers, lane) => {
        const [message, result, ...numbers] = buffers
        const [pN = 0n, qN = 0n, dpN = 0n, dqN = 0n, qInverseN = 0n] = numbers.map(readLittleEndian)
        if (message === undefined || result === undefined) return NULL_PARAM_ERR
        const m = readBigEndian(message)
        const mq = power(m, dqN, qN)
        const h = ((((power(m, dpN, pN) - mq) * qInverseN) % pN) + pN) % pN
        writeBigEndian(result, mq + h * qN)
        faults.rsaOutput?.(lane, result)
        return 0
      })
    },

    applyRsa2048PublicKey: ({ input, output, modulus }) =>
      forLanes(
        [
          [input, 256],
          [output, 256],
          [modulus, 256],
        ],
        ([message, result, n]) => {
          if (message === undefined || result === undefined || n === undefined)
            return NULL_PARAM_ERR
          writeBigEndian(result, power(readBigEndian(message), 65_537n, readLittleEndian(n)))
          return 0
        },
      ),

    signP384: ({ r, s, digest, nonce, privateKey }) =>
      forLanes(
        [r, s, digest, nonce, privateKey].map(table => [table, 48] as const),
        ([rOut, sOut, digestIn, nonceIn, keyIn], lane) => {
          if (!rOut || !sOut || !digestIn || !nonceIn || !keyIn) return NULL_PARAM_ERR
          faults.nonce?.(lane, nonceIn)
          const [k, d] = [readLittleEndian(nonceIn), readLittleEndian(keyIn)]
          if (k === 0n || d === 0n) return MISMATCH_PARAM_ERR
          const ephemeral = createECDH('secp384r1')
          ephemeral.setPrivateKey(Buffer.from(nonceIn.toReversed()))
          const rN = readBigEndian(ephemeral.getPublicKey().subarray(1, 49)) % P384_ORDER
          const inverse = power(k, P384_ORDER - 2n, P384_ORDER)
          writeBigEndian(rOut, rN)
          writeBigEndian(sOut, (inverse * (readBigEndian(digestIn) + rN * d)) % P384_ORDER)
          faults.ecdsaOutput?.(lane, rOut, sOut)
          return 0
        },
      ),

    verifyP384: ({ r, s, digest, x, y }) =>
      forLanes(
        [r, s, digest, x, y].map(table => [table, 48] as const),
        ([rIn, sIn, digestIn, xIn, yIn]) => {
          if (!rIn || !sIn || !digestIn || !xIn || !yIn) return NULL_PARAM_ERR
          const encode = (bytes: Uint8Array): string =>
            Buffer.from(bytes.toReversed()).toString('base64url')
          const jwk = { kty: 'EC', crv: 'P-384', x: encode(xIn), y: encode(yIn) }
          const key = createPublicKey({ key: jwk, format: 'jwk' })
          const signature = Buffer.concat([rIn, sIn])
          const isRight = verify(null, digestIn, { key, dsaEncoding: 'ieee-p1363' }, signature)
          return isRight ? 0 : SIGNATURE_ERR
        },
      ),
  }
}

function readBigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function readLittleEndian(bytes: Uint8Array): bigint {
  return readBigEndian(bytes.toReversed())
}

function writeBigEndian(target: Uint8Array, value: bigint): void {
  target.set(Buffer.from(value.toString(16).padStart(target.length * 2, '0'), 'hex'))
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
