import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../../composition/environment.ts'
import type { SigningAlgorithm } from '../../principals/algorithms.ts'
import { createAesGcmSealer } from '../../secrets/aes-gcm-sealer.ts'
import { createMasterKey } from '../../secrets/master-key.ts'
import { type LaneIncident, MAX_BAD_RESULTS } from '../lanes/lane-signer.ts'
import { createLocalSigner } from '../local-signer.ts'
import type { SigningKey } from '../signer.ts'
import { createSoftwareCryptoMb, type Faults } from '../test/software-crypto-mb.ts'
import { createCryptoMbSigner } from './crypto-mb-signer.ts'

const sealer = createAesGcmSealer(createMasterKey(randomBytes(32), 'a test'), SYSTEM_RANDOM)

function openSigner(faults: Faults = {}) {
  const incidents: LaneIncident[] = []
  const library = createSoftwareCryptoMb(faults)
  const multiBuffer = createCryptoMbSigner({
    library,
    random: SYSTEM_RANDOM,
    schedule: setImmediate,
    report: incident => incidents.push(incident),
  })
  return {
    library,
    multiBuffer,
    incidents,
    signer: createLocalSigner(sealer, { signers: [multiBuffer] }),
  }
}

type Opened = ReturnType<typeof openSigner>

async function openKey({ signer }: Opened, algorithm: SigningAlgorithm) {
  const { publicJwk, handle } = await signer.generateKey(algorithm, 'record')
  const key = await signer.openKey(algorithm, 'record', handle)
  return { key, publicKey: await importJWK(publicJwk, algorithm) }
}

/** Signs that many tokens at once, of which jose must accept every one. */
async function signTokens(key: SigningKey, publicKey: CryptoKey | Uint8Array, count: number) {
  const { algorithm } = key
  const header = Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url')
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const input = `${header}.${Buffer.from(`${index}`).toString('base64url')}`
      const signature = Buffer.from(await key.sign(Buffer.from(input))).toString('base64url')
      await compactVerify(`${input}.${signature}`, publicKey, { algorithms: [algorithm] })
    }),
  )
}

const CLEAN = { passes: 0, signatures: 0, signedAlone: 0, badResults: 0, isStopped: false }

describe.each(['RS256', 'ES384'] as const)('%s', algorithm => {
  it('signs eight at once in one pass', async () => {
    const opened = openSigner()
    const { key, publicKey } = await openKey(opened, algorithm)
    await signTokens(key, publicKey, 8)
    expect(opened.multiBuffer.counts()[algorithm]).toEqual({ ...CLEAN, passes: 1, signatures: 8 })
    expect(opened.incidents).toEqual([])
  })

  it('takes the keys of many accounts into one pass', async () => {
    const opened = openSigner()
    const keys = await Promise.all([1, 2, 3].map(() => openKey(opened, algorithm)))
    await Promise.all(keys.map(({ key, publicKey }) => signTokens(key, publicKey, 1)))
    expect(opened.multiBuffer.counts()[algorithm]).toMatchObject({ passes: 1, signatures: 3 })
  })

  it('signs with node:crypto what has a bad result, counts it and tells of it', async () => {
    const opened = openSigner({ status: lane => (lane === 1 ? 8 : 0) })
    const { key, publicKey } = await openKey(opened, algorithm)
    await signTokens(key, publicKey, 4)
    const counts = { ...CLEAN, passes: 1, signatures: 3, signedAlone: 1, badResults: 1 }
    expect(opened.multiBuffer.counts()[algorithm]).toEqual(counts)
    expect(opened.incidents).toEqual([{ algorithm, badResults: 1, isStopped: false }])
  })

  it('stops using the lanes after too many bad results', async () => {
    const opened = openSigner({ status: () => 8 })
    const { key, publicKey } = await openKey(opened, algorithm)
    for (let round = 0; round < 4; round += 1) await signTokens(key, publicKey, 4)
    const counts = opened.multiBuffer.counts()[algorithm]
    expect(counts).toEqual({
      ...CLEAN,
      passes: MAX_BAD_RESULTS / 4,
      signedAlone: 16,
      badResults: MAX_BAD_RESULTS,
      isStopped: true,
    })
    expect(opened.incidents.map(({ isStopped }) => isStopped)).toEqual([false, true])
  })

  it('signs with node:crypto when the library throws', async () => {
    const error = new Error('no memory')
    const opened = openSigner({ error })
    const { key, publicKey } = await openKey(opened, algorithm)
    await signTokens(key, publicKey, 4)
    expect(opened.multiBuffer.counts()[algorithm]).toMatchObject({ badResults: 4, signedAlone: 4 })
    expect(opened.incidents).toEqual([{ algorithm, badResults: 4, isStopped: false, cause: error }])
  })

  it('erases a closed key, and signs all the same', async () => {
    const opened = openSigner()
    const { key, publicKey } = await openKey(opened, algorithm)
    const numbers = opened.library.memory.at(-1)?.bytes
    expect(numbers?.some(byte => byte !== 0)).toBe(true)
    const inFlight = signTokens(key, publicKey, 4)
    key.close()
    key.close()
    expect(numbers?.every(byte => byte === 0)).toBe(true)
    await inFlight
    await signTokens(key, publicKey, 4)
    expect(opened.multiBuffer.counts()[algorithm]).toEqual({ ...CLEAN, signedAlone: 8 })
    expect(opened.incidents).toEqual([])
  })
})

describe('a lone request', () => {
  let opened: Opened
  beforeEach(() => {
    opened = openSigner()
  })

  it('for RS256 goes to node:crypto: a pass would cost more', async () => {
    const { key, publicKey } = await openKey(opened, 'RS256')
    await signTokens(key, publicKey, 1)
    await signTokens(key, publicKey, 2)
    expect(opened.multiBuffer.counts().RS256).toEqual({ ...CLEAN, signedAlone: 3 })
  })

  it('for ES384 has a pass of its own', async () => {
    const { key, publicKey } = await openKey(opened, 'ES384')
    await signTokens(key, publicKey, 1)
    expect(opened.multiBuffer.counts().ES384).toEqual({ ...CLEAN, passes: 1, signatures: 1 })
  })
})

it('leaves a key that the lanes do not take to node:crypto', () => {
  const { multiBuffer } = openSigner()
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
  expect(multiBuffer.openKey('RS256', privateKey, async () => new Uint8Array())).toBeNull()
})
