import { createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatDiscovery } from '../packages/server/src/issuer/discovery.ts'
import { formatJwks } from '../packages/server/src/issuer/jwks.ts'
import { formatThumbprint } from '../packages/server/src/issuer/thumbprint.ts'
import {
  findAcceptedAlgorithm,
  findSigningAlgorithmOf,
  SIGNING_ALGORITHM_NAMES,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from '../packages/server/src/principals/algorithms.ts'
import { readPublicJwk } from '../packages/server/src/principals/public-jwk.ts'
import { generateLocalKey } from '../packages/server/src/signers/local-signer.ts'
import { createNodeSign } from '../packages/server/src/signers/node/node-signer.ts'
import { SIGNERS } from '../packages/server/src/signers/table.ts'
import { ALGORITHMS, findAlgorithmOfKey } from '../packages/verify/src/algorithms.ts'

const ROOT = join(import.meta.dirname, '..')
const PRINCIPALS = join(ROOT, 'packages/server/src/principals')

/** Made by OpenSSL and Python, so that no code of ours has seen them before. */
interface Vector {
  readonly message: string
  readonly jwk: Readonly<Record<string, string>>
  readonly thumbprint: string
  readonly signature: string
}

const VECTORS: Readonly<Partial<Record<string, Vector>>> = JSON.parse(
  readFileSync(join(PRINCIPALS, 'testdata/algorithm-vectors.json'), 'utf8'),
)

/** Documents that say which algorithms there are. */
const DOCUMENTS = [
  'docs/keys.md',
  'docs/metrics.md',
  'docs/guide.md',
  'docs/relying-parties/verify.md',
]

const decode = (text: string): Uint8Array<ArrayBuffer> | null =>
  Uint8Array.from(Buffer.from(text, 'base64url'))

function findVector(name: SigningAlgorithm): Vector {
  const vector = VECTORS[name]
  if (vector === undefined) throw new Error(`there is no vector of ${name}`)
  return vector
}

const isSignature = (name: SigningAlgorithm, jwk: object, message: string, signature: Uint8Array) =>
  verify(
    SIGNING_ALGORITHMS[name].hash,
    Buffer.from(message),
    { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    signature,
  )

/** What CONTRIBUTING.md asks of whoever adds an algorithm. */
describe.each(SIGNING_ALGORITHM_NAMES)('%s', name => {
  const entry = SIGNING_ALGORITHMS[name]

  it('has a file of its own, under its name', () => {
    expect(entry.name).toBe(name)
    expect(existsSync(join(PRINCIPALS, 'algorithms', `${name.toLowerCase()}.ts`))).toBe(true)
  })

  it('has a vector with the public key, its thumbprint and a signature', () => {
    const { jwk, message, thumbprint, signature } = findVector(name)
    const publicJwk = readPublicJwk({ ...jwk, d: 'private', kid: 'k' })
    expect(publicJwk).toEqual(jwk)
    if (publicJwk === null) return
    expect(findSigningAlgorithmOf(publicJwk)).toBe(entry)
    expect(formatThumbprint(publicJwk)).toBe(thumbprint)
    expect(isSignature(name, publicJwk, message, Buffer.from(signature, 'base64url'))).toBe(true)
    const key = { algorithm: name, generation: 0, thumbprint, publicJwk }
    const { keys } = JSON.parse(formatJwks('aws', [key]))
    expect(keys).toEqual([{ ...jwk, alg: name, kid: `${entry.awsKeyPrefix}_0`, use: 'sig' }])
  })

  it('has a row in @credence/verify that reads its keys and knows their signatures', () => {
    const row = ALGORITHMS[name]
    const { jwk, signature } = findVector(name)
    expect(row).toMatchObject({ name, keyType: entry.keyType, nodeHash: entry.hash })
    expect(findAlgorithmOfKey(jwk)).toBe(row)
    const material = row.readKey(jwk, decode)
    expect(material).toEqual({ jwk, signatureBytes: decode(signature)?.length })
  })

  it('signs with keys that are made for it', async () => {
    const privateKey = await generateLocalKey(name)
    const jwk = readPublicJwk(createPublicKey(privateKey).export({ format: 'jwk' }))
    if (jwk === null) throw new Error('the table does not know keys that it makes')
    const signature = await createNodeSign(name, privateKey)(Buffer.from('a message'))
    expect(isSignature(name, jwk, 'a message', signature)).toBe(true)
    expect(isSignature(name, jwk, 'another', signature)).toBe(false)
    expect(ALGORITHMS[name].readKey(jwk, decode)).toMatchObject({
      signatureBytes: signature.length,
    })
  })

  it('is signed by something everywhere, accepted from others, and announced', () => {
    expect(SIGNERS.at(-1)?.algorithms).toContain(name)
    expect(findAcceptedAlgorithm(name)).toMatchObject({ name, hash: entry.hash })
    const discovery = JSON.parse(formatDiscovery('https://sts.example.org/id'))
    expect(discovery.id_token_signing_alg_values_supported).toContain(name)
  })

  it.each(DOCUMENTS)('stands in %s', document => {
    expect(readFileSync(join(ROOT, document), 'utf8')).toContain(name)
  })
})

it('no two algorithms have keys of one kind or one name', () => {
  const entries = Object.values(SIGNING_ALGORITHMS)
  expect(new Set(entries.map(({ awsKeyPrefix }) => awsKeyPrefix)).size).toBe(entries.length)
  expect(new Set(entries.map(({ jwk }) => JSON.stringify(jwk.fixed))).size).toBe(entries.length)
  expect(Object.keys(ALGORITHMS).toSorted()).toEqual(SIGNING_ALGORITHM_NAMES.toSorted())
  expect(Object.keys(VECTORS).toSorted()).toEqual(SIGNING_ALGORITHM_NAMES.toSorted())
})
