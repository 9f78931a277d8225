import { generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../../composition/environment.ts'
import { type LaneIncident, MAX_BAD_RESULTS } from '../lanes/lane-signer.ts'
import { P384_BYTES } from '../lanes/p384-nonce.ts'
import type { SigningKey } from '../signer.ts'
import { openTestNettle } from '../test/open-test-nettle.ts'
import { checkNettleVersion, NettleError } from './load-nettle.ts'
import type { Nettle, NettleSignature } from './nettle.ts'
import { createNettleLanes } from './nettle-lanes.ts'
import { createNettleSigner } from './nettle-signer.ts'

/** `npm run test:signatures` makes 100,000; one verification takes half a millisecond. */
const SIGNATURES = Number(process.env['CREDENCE_SIGNATURES'] ?? 1000)
const P384 = { namedCurve: 'P-384' }

const verifyOffThread = promisify(verify)

/** A library whose memory can be looked at, and which answers what it is told to. */
function createModel(
  answer: (memory: (address: bigint) => Uint8Array, call: NettleSignature) => void,
) {
  const pieces = new Map<bigint, Uint8Array>()
  const at = (address: bigint) => pieces.get(address) ?? new Uint8Array()
  const library: Nettle = {
    version: '3.8',
    scratchBytes: 64,
    allocate(byteLength) {
      const bytes = new Uint8Array(byteLength)
      const address = BigInt(pieces.size + 1)
      pieces.set(address, bytes)
      return { bytes, address }
    },
    signP384: call => answer(at, call),
  }
  return { library, pieces, at }
}

function openSigner(library: Nettle) {
  const incidents: LaneIncident[] = []
  const signer = createNettleSigner({
    library,
    random: SYSTEM_RANDOM,
    schedule: setImmediate,
    report: incident => incidents.push(incident),
  })
  return { signer, incidents }
}

function openKey(signer: ReturnType<typeof openSigner>['signer'], privateKey: KeyObject) {
  const key = signer.openKey('ES384', privateKey, async () => Buffer.from('by node:crypto'))
  if (key === null) throw new Error('the key is not taken')
  return key
}

const message = Buffer.from('header.payload')

describe('the use of the library', () => {
  const { privateKey } = generateKeyPairSync('ec', P384)

  it('hands out key and nonce little-endian, and erases all but the key afterwards', () => {
    const nonces: string[] = []
    const { d = '' } = privateKey.export({ format: 'jwk' })
    const { library, pieces } = createModel((at, call) => {
      nonces.push(Buffer.from(at(call.nonce)).toString('hex'))
      expect([...at(call.privateKey)].toReversed()).toEqual([...Buffer.from(d, 'base64url')])
      at(call.scratch).fill(7)
      at(call.r).fill(1)
      at(call.s).fill(2)
    })
    const lanes = createNettleLanes(library, SYSTEM_RANDOM)
    const key = lanes.openKey(privateKey)
    if (key === null) throw new Error('the key is not taken')
    const job = { key, signingInput: message }
    const expected = Buffer.concat([Buffer.alloc(P384_BYTES, 1), Buffer.alloc(P384_BYTES, 2)])
    expect(lanes.sign([job, job])).toEqual([expected, expected])
    expect(new Set(nonces).size).toBe(2)
    const secrets = [...pieces.values()].filter(bytes => bytes !== key.number)
    // What is left are the digest, which is public, and zeros.
    expect(secrets.filter(bytes => bytes.some(byte => byte !== 0))).toHaveLength(1)
    key.erase()
    expect(key.number.every(byte => byte === 0)).toBe(true)
  })

  it.each([
    ['zero for r', 0, 1],
    ['zero for s', 1, 0],
    ['r beyond the order', 0xff, 1],
    ['s beyond the order', 1, 0xff],
  ])('%s does not leave: it is counted, and node:crypto signs', async (_, r, s) => {
    const { library } = createModel((at, call) => {
      at(call.r).fill(r)
      at(call.s).fill(s)
    })
    const { signer, incidents } = openSigner(library)
    const key = openKey(signer, privateKey)
    expect(String(await key.sign(message))).toBe('by node:crypto')
    expect(incidents).toEqual([{ algorithm: 'ES384', badResults: 1, isStopped: false }])
    expect(signer.counts().ES384).toMatchObject({ signatures: 0, signedAlone: 1, badResults: 1 })
    for (let count = 1; count < MAX_BAD_RESULTS; count += 1) await key.sign(message)
    expect(signer.counts().ES384?.isStopped).toBe(true)
  })

  it('when it throws, node:crypto signs, and nothing is left in memory', async () => {
    const { library, pieces } = createModel((at, call) => {
      at(call.scratch).fill(7)
      throw new Error('broken')
    })
    const { signer, incidents } = openSigner(library)
    const key = openKey(signer, privateKey)
    expect(String(await key.sign(message))).toBe('by node:crypto')
    expect(incidents).toMatchObject([{ badResults: 1, cause: { message: 'broken' } }])
    key.close()
    expect([...pieces.values()].filter(bytes => bytes.some(byte => byte !== 0))).toHaveLength(1)
  })

  it('RS256 is left to node:crypto', () => {
    const { signer } = openSigner(createModel(() => {}).library)
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(signer.openKey('RS256', rsa.privateKey, async () => Buffer.alloc(0))).toBeNull()
    expect(signer.counts()).not.toHaveProperty('RS256')
  })
})

it.each([
  [3, 8],
  [3, 10],
])('version %d.%d may be used', (major, minor) => {
  expect(() => checkNettleVersion(major, minor)).not.toThrow()
})

it.each([
  [3, 7],
  [2, 9],
  [4, 0],
])('version %d.%d is refused', (major, minor) => {
  expect(() => checkNettleVersion(major, minor)).toThrow(NettleError)
})

const { library, missing } = await openTestNettle()
describe.skipIf(library === null)(
  `Nettle of the system${missing === null ? '' : ` (not run: ${missing})`}`,
  { timeout: 3_600_000 },
  () => {
    const open = () => {
      if (library === null) throw new Error('no library')
      return openSigner(library)
    }

    it(`${SIGNATURES} signatures: node:crypto verifies all, and no nonce comes twice`, async () => {
      const { signer, incidents } = open()
      const accounts = Array.from({ length: 5 }, () => {
        const { privateKey, publicKey } = generateKeyPairSync('ec', P384)
        return { key: openKey(signer, privateKey), publicKey }
      })
      const seen = new Set<string>()
      for (let count = 0; count < SIGNATURES; count += accounts.length) {
        await Promise.all(
          accounts.map(async ({ key, publicKey }) => {
            const input = randomBytes(300 + (count % 700))
            const signature = await key.sign(input)
            const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
            expect(await verifyOffThread('sha384', input, options, signature)).toBe(true)
            // r is the nonce times a fixed point: equal nonces show as equal r.
            seen.add(Buffer.from(signature.subarray(0, P384_BYTES)).toString('latin1'))
          }),
        )
      }
      expect(seen.size).toBe(SIGNATURES)
      expect(incidents).toEqual([])
      expect(signer.counts().ES384).toMatchObject({ signatures: SIGNATURES, signedAlone: 0 })
    })

    it('a key that was closed is erased, and node:crypto signs with it', async () => {
      const { signer } = open()
      const { privateKey, publicKey } = generateKeyPairSync('ec', P384)
      const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      const signAlone: SigningKey['sign'] = async input => sign('sha384', input, options)
      const key = signer.openKey('ES384', privateKey, signAlone)
      key?.close()
      const signature = (await key?.sign(message)) ?? Buffer.alloc(0)
      const verifyOptions = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
      expect(verify('sha384', message, verifyOptions, signature)).toBe(true)
      expect(signer.counts().ES384).toMatchObject({ signatures: 0, signedAlone: 1 })
    })
  },
)
