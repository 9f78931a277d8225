import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createVerifier } from '@credence/verify'
import { describe, expect, it } from 'vitest'
import { createBundleKey, parseBundleKey } from './bundle-signer.ts'

const toPem = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }))
const rsa = (modulusLength: number, publicExponent = 65_537): string =>
  toPem(generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey)
const ec = (namedCurve: string): string =>
  toPem(generateKeyPairSync('ec', { namedCurve }).privateKey)

describe('a bundle', () => {
  it.each([
    ['a key that it made', createBundleKey()],
    ['a key on P-384', ec('P-384')],
    ['an RSA key', rsa(2048)],
    ['a longer RSA key', rsa(3072)],
  ])('is taken by the verifier that pins its signer: %s', async (_, pem) => {
    const signer = parseBundleKey(pem)
    if (!signer) throw new Error('the key is not read')
    const iss = 'https://sts.example.org/a'
    const payload = { iss, iat: 1000, exp: 2000, version: 7, jwks: { keys: [] } }
    const load = (bundle: string, nowMs: number): Promise<void> =>
      createVerifier({
        issuers: [
          {
            issuer: iss,
            accounts: null,
            keys: { bundle, signer: { ...signer.publicJwk }, minimumVersion: 7 },
          },
        ],
        audience: null,
        nowMs: () => nowMs,
      }).loadKeys()
    const bundle = signer.sign(payload)
    await expect(load(bundle, 1_000_000)).resolves.toBeUndefined()
    await expect(load(bundle, 999_999)).rejects.toThrow('in the future')
    await expect(load(bundle, 2_000_000)).rejects.toThrow('expired')
    await expect(load(signer.sign({ ...payload, version: 6 }), 1_500_000)).rejects.toThrow(
      'version',
    )
    await expect(load(`${bundle.slice(0, -4)}AAAA`, 1_500_000)).rejects.toThrow('did not sign')
  })

  it.each([
    ['no PEM', 'x'],
    ['another curve', ec('P-256')],
    ['a short RSA key', rsa(1024)],
    ['an RSA key of a small exponent', rsa(2048, 3)],
    ['a key that signs otherwise', toPem(generateKeyPairSync('ed25519').privateKey)],
  ])('is signed by no other key: %s', (_, pem) => {
    expect(parseBundleKey(pem)).toBeNull()
  })
})
