import { generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { compactVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../../composition/environment.ts'
import type { LaneKey, Lanes } from '../lanes/lanes.ts'
import { openTestLibrary } from '../test/open-test-library.ts'
import { createSoftwareCryptoMb, type Faults } from '../test/software-crypto-mb.ts'
import type { CryptoMb } from './crypto-mb.ts'
import { createEs384Lanes } from './es384-lanes.ts'
import { createRs256Lanes } from './rs256-lanes.ts'

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const LANES = [0, 1, 2, 3, 4, 5, 6, 7]
let rsaPairs: readonly Pair[] = []
let ecPairs: readonly Pair[] = []

beforeAll(() => {
  rsaPairs = LANES.slice(0, 3).map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))
  ecPairs = LANES.map(() => generateKeyPairSync('ec', { namedCurve: 'P-384' }))
})

/** Each job has another message, and the keys in turn. */
function createJobs<Key extends LaneKey>(
  lanes: Lanes<Key>,
  pairs: readonly Pair[],
  count: number,
  messageBytes: number,
) {
  return LANES.slice(0, count).map(lane => {
    const pair = pairs[lane % pairs.length]
    const key = pair && lanes.openKey(pair.privateKey)
    if (!pair || !key) throw new Error('no key')
    return { pair, key, signingInput: randomBytes(messageBytes) }
  })
}

function isEs384(pair: Pair, message: Uint8Array, signature: Uint8Array | null | undefined) {
  const key = { key: pair.publicKey, dsaEncoding: 'ieee-p1363' } as const
  return signature ? verify('sha384', message, key, signature) : null
}

const real = await openTestLibrary()
const libraries: readonly (readonly [string, CryptoMb | null])[] = [
  ['the model in JavaScript', createSoftwareCryptoMb()],
  [`libcrypto_mb${real.missing === null ? '' : ` (not run: ${real.missing})`}`, real.library],
]

describe.each(libraries)('%s', (_name, library) => {
  const test = it.skipIf(library === null)
  const open = (): CryptoMb => {
    if (library === null) throw new Error('no library')
    return library
  }

  test.each(LANES.map(lane => lane + 1))('RS256 in %d lanes gives the bytes of OpenSSL', count => {
    const lanes = createRs256Lanes(open())
    const jobs = createJobs(lanes, rsaPairs, count, count * 100)
    const signatures = lanes.sign(jobs)
    expect(signatures).toHaveLength(count)
    for (const [lane, { pair, signingInput }] of jobs.entries()) {
      const expected = sign('sha256', signingInput, pair.privateKey)
      expect(Buffer.from(signatures[lane] ?? [])).toEqual(expected)
    }
  })

  test.each(LANES.map(lane => lane + 1))('ES384 in %d lanes verifies with node:crypto', count => {
    const lanes = createEs384Lanes(open(), SYSTEM_RANDOM)
    const jobs = createJobs(lanes, ecPairs, count, count * 100)
    const signatures = lanes.sign(jobs)
    expect(signatures).toHaveLength(count)
    for (const [lane, { pair, signingInput }] of jobs.entries()) {
      expect(isEs384(pair, signingInput, signatures[lane])).toBe(true)
    }
  })

  test('jose verifies both', async () => {
    const [rsa, ec] = [createRs256Lanes(open()), createEs384Lanes(open(), SYSTEM_RANDOM)]
    const [rsaPair, ecPair] = [rsaPairs[0], ecPairs[0]]
    if (!rsaPair || !ecPair) throw new Error('no key')
    const check = async <Key extends LaneKey>(alg: string, lanes: Lanes<Key>, pair: Pair) => {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
      const input = `${header}.${Buffer.from('payload').toString('base64url')}`
      const key = lanes.openKey(pair.privateKey)
      const [signature] = key ? lanes.sign([{ key, signingInput: Buffer.from(input) }]) : []
      const token = `${input}.${Buffer.from(signature ?? []).toString('base64url')}`
      const { payload } = await compactVerify(token, pair.publicKey, { algorithms: [alg] })
      expect(Buffer.from(payload).toString()).toBe('payload')
    }
    await check('RS256', rsa, rsaPair)
    await check('ES384', ec, ecPair)
  })

  test('signs the empty text and a long one', () => {
    const lanes = createEs384Lanes(open(), SYSTEM_RANDOM)
    for (const length of [0, 1, 1_000_000]) {
      const [job] = createJobs(lanes, ecPairs, 1, length)
      const [signature] = job ? lanes.sign([job]) : []
      expect(job && isEs384(job.pair, job.signingInput, signature)).toBe(true)
    }
  })

  test('an erased key signs nothing', () => {
    const lanes = createEs384Lanes(open(), SYSTEM_RANDOM)
    const [job] = createJobs(lanes, ecPairs, 1, 10)
    job?.key.erase()
    expect(job && lanes.sign([job])).toEqual([null])
  })
})

describe('keys that the lanes do not take', () => {
  const library = createSoftwareCryptoMb()
  it.each([
    ['RSA-1024', { modulusLength: 1024 }],
    ['RSA-3072', { modulusLength: 3072 }],
    ['the exponent 3', { modulusLength: 2048, publicExponent: 3 }],
  ])('%s', (_name, options) => {
    const { privateKey } = generateKeyPairSync('rsa', options)
    expect(createRs256Lanes(library).openKey(privateKey)).toBeNull()
  })

  it('are those of P-256', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(createEs384Lanes(library, SYSTEM_RANDOM).openKey(privateKey)).toBeNull()
  })
})

describe('a fault in one lane', () => {
  const BAD_LANE = 2
  const inBadLane =
    (change: (...outputs: Uint8Array[]) => void) =>
    (lane: number, ...outputs: Uint8Array[]): void => {
      if (lane === BAD_LANE) change(...outputs)
    }
  const flip = (bytes: Uint8Array | undefined, index: number): void => {
    if (bytes) bytes[index] = (bytes[index] ?? 0) ^ 1
  }
  const statusOf = (lane: number): number => (lane === BAD_LANE ? 8 : 0)

  const rsaFaults: readonly (readonly [string, Faults])[] = [
    ['a bit of the RSA result', { rsaOutput: inBadLane(output => flip(output, 255)) }],
    ['the highest bit of the RSA result', { rsaOutput: inBadLane(output => flip(output, 0)) }],
    ['an RSA result of zeros', { rsaOutput: inBadLane(output => output?.fill(0)) }],
    ['a bad status', { status: statusOf }],
  ]
  it.each(rsaFaults)('%s: nothing leaves, and the others do', (_name, faults) => {
    const library = createSoftwareCryptoMb(faults)
    const lanes = createRs256Lanes(library)
    const signatures = lanes.sign(createJobs(lanes, rsaPairs, 4, 100))
    expect(signatures.map(signature => signature !== null)).toEqual([true, true, false, true])
    const results = library.memory.filter(({ bytes }) => bytes.length === 8 * 256)
    expect(results[1]?.bytes.every(byte => byte === 0)).toBe(true)
  })

  it('a half of the CRT: the wrong result, which would give the key away, is not handed out', () => {
    const [pair] = rsaPairs
    const library = createSoftwareCryptoMb()
    const lanes = createRs256Lanes(library)
    const key = pair && lanes.openKey(pair.privateKey)
    if (!key) throw new Error('no key')
    const dq = library.memory.at(-1)?.bytes
    flip(dq, 3 * 128)
    expect(lanes.sign([{ key, signingInput: Buffer.from('message') }])).toEqual([null])
  })

  const ecFaults: readonly (readonly [string, Faults])[] = [
    ['r of zero', { ecdsaOutput: inBadLane(r => r?.fill(0)) }],
    ['s of zero', { ecdsaOutput: inBadLane((_r, s) => s?.fill(0)) }],
    ['r above the order', { ecdsaOutput: inBadLane(r => r?.fill(0xff)) }],
    ['s above the order', { ecdsaOutput: inBadLane((_r, s) => s?.fill(0xff)) }],
    ['a bad status', { status: statusOf }],
  ]
  it.each(ecFaults)('%s: nothing leaves, and the others do', (_name, faults) => {
    const lanes = createEs384Lanes(createSoftwareCryptoMb(faults), SYSTEM_RANDOM)
    const signatures = lanes.sign(createJobs(lanes, ecPairs, 4, 100))
    expect(signatures.map(signature => signature !== null)).toEqual([true, true, false, true])
  })
})

describe('what stays in memory', () => {
  it('no prime, result or nonce after a pass, and no key after it was erased', () => {
    const nonces: Uint8Array[] = []
    const library = createSoftwareCryptoMb({
      nonce: (_lane, nonce) => nonces.push(Uint8Array.from(nonce)),
    })
    const rsa = createRs256Lanes(library)
    const ec = createEs384Lanes(library, SYSTEM_RANDOM)
    const rsaJobs = createJobs(rsa, rsaPairs, 8, 100)
    const ecJobs = createJobs(ec, ecPairs, 8, 100)
    const made = [...rsa.sign(rsaJobs), ...ec.sign(ecJobs)]
    for (const { key } of [...rsaJobs, ...ecJobs]) key.erase()
    const everything = Buffer.concat(library.memory.map(({ bytes }) => bytes))
    for (const secret of [...nonces, ...made]) {
      expect(secret && everything.includes(secret)).toBe(false)
    }
    // The scratch memory that the model fills as the library does.
    expect(everything.includes(Buffer.alloc(16, 0xaa))).toBe(false)
    for (const { privateKey } of ecPairs) {
      const { d = '' } = privateKey.export({ format: 'jwk' })
      expect(everything.includes(Buffer.from(d, 'base64url').toReversed())).toBe(false)
    }
    for (const { privateKey } of rsaPairs) {
      const { p = '' } = privateKey.export({ format: 'jwk' })
      expect(everything.includes(Buffer.from(p, 'base64url').toReversed())).toBe(false)
    }
  })

  it.each([null, new Error('no memory')])('no randomness, when the library throws %s', error => {
    const given: Uint8Array[] = []
    const watched = {
      ...SYSTEM_RANDOM,
      bytes(count: number) {
        given.push(SYSTEM_RANDOM.bytes(count))
        return given.at(-1) ?? new Uint8Array()
      },
    }
    const lanes = createEs384Lanes(createSoftwareCryptoMb(error ? { error } : {}), watched)
    const jobs = createJobs(lanes, ecPairs, 8, 100)
    if (error) expect(() => lanes.sign(jobs)).toThrow(error)
    else lanes.sign(jobs)
    expect(given).toHaveLength(1)
    expect(given[0]?.every(byte => byte === 0)).toBe(true)
  })

  it('no nonce after a pass that failed', () => {
    const library = createSoftwareCryptoMb({ error: new Error('no memory') })
    const lanes = createEs384Lanes(library, SYSTEM_RANDOM)
    const jobs = createJobs(lanes, ecPairs, 8, 100)
    expect(() => lanes.sign(jobs)).toThrow('no memory')
    for (const { key } of jobs) key.erase()
    // Halves, nonces: 8 × 48 bytes each; the digests alone may stay.
    const pieces = library.memory.filter(({ bytes }) => bytes.length === 8 * 48)
    expect(pieces.filter(({ bytes }) => bytes.some(byte => byte !== 0))).toHaveLength(1)
  })
})
