import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SigningAlgorithm } from '../principals/algorithms.ts'
import { createAesGcmSealer } from '../secrets/aes-gcm-sealer.ts'
import { createMasterKey } from '../secrets/master-key.ts'
import { SealError, type Sealer } from '../secrets/sealer.ts'
import { createLocalSigner } from './local-signer.ts'

const random = { bytes: (count: number) => randomBytes(count), uuid: () => crypto.randomUUID() }
const masterKey = createMasterKey(new Uint8Array(32).fill(7), 'a test')
const sealer = createAesGcmSealer(masterKey, random)
const signer = createLocalSigner(sealer)

const ALGORITHMS = ['RS256', 'ES384'] as const
type Generated = Awaited<ReturnType<typeof signer.generateKey>>
const generated = new Map<SigningAlgorithm, Generated>()

beforeAll(async () => {
  for (const algorithm of ALGORITHMS) {
    generated.set(algorithm, await signer.generateKey(algorithm, `record of ${algorithm}`))
  }
})

function findGenerated(algorithm: SigningAlgorithm): Generated {
  const pair = generated.get(algorithm)
  if (pair === undefined) throw new Error(`no key for ${algorithm}`)
  return pair
}

describe('generateKey', () => {
  it('makes an RSA key of 2048 bits with exponent 65537', () => {
    const { publicJwk } = findGenerated('RS256')
    if (publicJwk.kty !== 'RSA') throw new Error('not an RSA key')
    expect(Object.keys(publicJwk).toSorted()).toEqual(['e', 'kty', 'n'])
    expect(publicJwk.e).toBe('AQAB')
    expect(Buffer.from(publicJwk.n, 'base64url')).toHaveLength(256)
  })

  it('makes a P-384 key with coordinates of full length', () => {
    const { publicJwk } = findGenerated('ES384')
    if (publicJwk.kty !== 'EC') throw new Error('not an EC key')
    expect(Object.keys(publicJwk).toSorted()).toEqual(['crv', 'kty', 'x', 'y'])
    expect(publicJwk.crv).toBe('P-384')
    expect(Buffer.from(publicJwk.x, 'base64url')).toHaveLength(48)
    expect(Buffer.from(publicJwk.y, 'base64url')).toHaveLength(48)
  })

  it('makes another key each time', async () => {
    const other = await signer.generateKey('ES384', 'another record')
    expect(other.publicJwk).not.toEqual(findGenerated('ES384').publicJwk)
  })
})

describe.each([
  ['RS256', 256],
  ['ES384', 96],
] as const)('a key for %s', (algorithm, signatureBytes) => {
  const recordId = `record of ${algorithm}`

  it('signs in JOSE form, as jose confirms', async () => {
    const { publicJwk, handle } = findGenerated(algorithm)
    const key = await signer.openKey(algorithm, recordId, handle)
    const header = Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url')
    const publicKey = await importJWK(publicJwk, algorithm)
    for (let round = 0; round < 8; round++) {
      const signingInput = `${header}.${Buffer.from(`round ${round}`).toString('base64url')}`
      const signature = await key.sign(Buffer.from(signingInput))
      expect(signature).toHaveLength(signatureBytes)
      const token = `${signingInput}.${Buffer.from(signature).toString('base64url')}`
      const { payload } = await compactVerify(token, publicKey, { algorithms: [algorithm] })
      expect(Buffer.from(payload).toString()).toBe(`round ${round}`)
    }
  })

  it('is sealed as PKCS #8 of the same key', () => {
    const { publicJwk, handle } = findGenerated(algorithm)
    const der = sealer.unseal({ purpose: 'issuer-private-key', recordId }, handle)
    const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
    expect(createPublicKey(key).export({ format: 'jwk' })).toEqual(publicJwk)
  })

  it('opens under no other record', async () => {
    const { handle } = findGenerated(algorithm)
    await expect(signer.openKey(algorithm, 'another record', handle)).rejects.toThrow(SealError)
  })

  it('opens for no other algorithm', async () => {
    const other = algorithm === 'RS256' ? 'ES384' : 'RS256'
    const { handle } = findGenerated(algorithm)
    await expect(signer.openKey(other, recordId, handle)).rejects.toThrow(
      new SealError(`the sealed key of ${recordId} is not for ${other}`),
    )
  })

  it('opens under no other master key', async () => {
    const otherKey = createMasterKey(new Uint8Array(32).fill(8), 'a test')
    const otherSigner = createLocalSigner(createAesGcmSealer(otherKey, random))
    const { handle } = findGenerated(algorithm)
    await expect(otherSigner.openKey(algorithm, recordId, handle)).rejects.toThrow(
      /^the value was sealed with master key/,
    )
  })

  it('leaves no private key in the buffers it passed on', async () => {
    const seen: Uint8Array[] = []
    const remember = (bytes: Uint8Array): Uint8Array => {
      expect(bytes.some(byte => byte !== 0)).toBe(true)
      seen.push(bytes)
      return bytes
    }
    const watching: Sealer = {
      seal: (context, plaintext) => sealer.seal(context, remember(plaintext)),
      unseal: (context, sealed) => remember(sealer.unseal(context, sealed)),
    }
    const watched = createLocalSigner(watching)
    const { handle } = await watched.generateKey(algorithm, recordId)
    await watched.openKey(algorithm, recordId, handle)
    expect(seen).toHaveLength(2)
    for (const bytes of seen) expect(bytes.every(byte => byte === 0)).toBe(true)
  })
})

it('refuses a sealed value that is no key', async () => {
  const context = { purpose: 'issuer-private-key', recordId: 'odd' } as const
  await expect(
    signer.openKey('RS256', 'odd', sealer.seal(context, Buffer.from('not a key'))),
  ).rejects.toThrow()
})

it('refuses a stored RSA key of another size', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const der = privateKey.export({ type: 'pkcs8', format: 'der' })
  const sealed = sealer.seal({ purpose: 'issuer-private-key', recordId: 'small' }, der)
  await expect(signer.openKey('RS256', 'small', sealed)).rejects.toThrow(SealError)
})
