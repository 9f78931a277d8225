import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import type { SigningKey } from '../signers/signer.ts'
import { createTokenSigner, signToken } from './token.ts'

/** A key that remembers what it signed. */
function createRecordingKey(algorithm: SigningKey['algorithm']) {
  const signed: Uint8Array[] = []
  const key: SigningKey = {
    algorithm,
    sign: async signingInput => {
      signed.push(signingInput)
      return Uint8Array.of(0xfb, 0xff, 0xfe)
    },
    close: () => {},
  }
  return { key, signed }
}

describe('createTokenSigner', () => {
  it.each([
    ['RSA_0', 'RS256', '{"kid":"RSA_0","typ":"JWT","alg":"RS256"}', 41],
    ['EC384_0', 'ES384', '{"kid":"EC384_0","typ":"JWT","alg":"ES384"}', 43],
  ] as const)('writes the header of %s as AWS does', (keyId, algorithm, header, bytes) => {
    const { headerPart } = createTokenSigner(keyId, createRecordingKey(algorithm).key)
    const decoded = Buffer.from(headerPart, 'base64url')
    expect(decoded.toString()).toBe(header)
    expect(decoded).toHaveLength(bytes)
  })
})

describe('signToken', () => {
  it('signs header and payload, and appends the signature without padding', async () => {
    const { key, signed } = createRecordingKey('ES384')
    const signer = createTokenSigner('EC384_0', key)
    const token = await signToken(signer, Buffer.from('{"a":"é?>"}'))
    const [header, payload, signature] = token.split('.')
    expect(decodeProtectedHeader(token)).toEqual({ kid: 'EC384_0', typ: 'JWT', alg: 'ES384' })
    expect(Buffer.from(payload ?? '', 'base64url').toString()).toBe('{"a":"é?>"}')
    expect(signature).toBe('-__-')
    expect(signed.map(bytes => Buffer.from(bytes).toString())).toEqual([`${header}.${payload}`])
  })

  it('is refused when the key refuses', async () => {
    const key: SigningKey = {
      algorithm: 'RS256',
      sign: () => Promise.reject(new Error('no HSM')),
      close: () => {},
    }
    await expect(signToken(createTokenSigner('a', key), Buffer.from('{}'))).rejects.toThrow(
      'no HSM',
    )
  })
})
