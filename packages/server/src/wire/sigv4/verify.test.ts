import { createHmac, createSecretKey } from 'node:crypto'
import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { Secret } from '../../secrets/secret.ts'
import { formatCanonicalRequest, hashCanonicalRequest, hashPayload } from './canonical-request.ts'
import { checkScope } from './check-scope.ts'
import type { ScopedClaim, SignedRequestClaim } from './claim.ts'
import { parseAuthorization } from './parse-authorization.ts'
import { signRequest } from './sign.ts'
import { sign } from './signing-key.ts'
import { formatStringToSign } from './string-to-sign.ts'
import { SignatureVerifier } from './verify.ts'

vi.mock('node:crypto', async importOriginal => {
  const crypto = await importOriginal<typeof import('node:crypto')>()
  return { ...crypto, createHmac: vi.fn(crypto.createHmac) }
})

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
const SECRET = new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')
const OTHER_SECRET = new Secret('je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')
const GOOD = claimSignedWith(SECRET)
const WRONG = claimSignedWith(OTHER_SECRET)

function claimSignedWith(secretAccessKey: Secret): ScopedClaim {
  const request = {
    method: 'POST',
    target: '/',
    rawHeaders: ['Host', 'sts.example.com'],
    body: Buffer.from('Action=GetCallerIdentity'),
    sourceIp: '192.0.2.1',
    secureTransport: false,
  }
  const rawHeaders = signRequest(
    request,
    { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: null },
    { region: 'us-east-1', service: 'sts', nowMs: NOW_MS },
  )
  const claim = parseAuthorization({ ...request, rawHeaders }, NOW_MS)
  return checkScope(claim, { service: 'sts', isRegionAllowed: () => true })
}

function stringToSignOf({ request, canonical, signedHeaders, timestamp, scope }: ScopedClaim) {
  const payloadHash = hashPayload(request.body)
  const parts = { method: request.method, ...canonical, signedHeaders, payloadHash }
  return formatStringToSign(timestamp, scope, hashCanonicalRequest(formatCanonicalRequest(parts)))
}

const MISMATCH = expect.objectContaining({ code: 'SignatureDoesNotMatch' })
const UNKNOWN = expect.objectContaining({
  code: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
})

describe('SignatureVerifier', () => {
  let verifier: SignatureVerifier
  beforeEach(() => {
    verifier = new SignatureVerifier({ maxCachedKeys: 10 })
  })

  it('takes no claim whose scope has not been checked', () => {
    expectTypeOf<SignedRequestClaim>().not.toExtend<Parameters<SignatureVerifier['verify']>[0]>()
  })

  it('accepts the right signature, also from the cache', () => {
    verifier.verify(GOOD, SECRET)
    verifier.verify(GOOD, SECRET)
  })

  it('refuses the wrong one, also when the right key is cached', () => {
    expect(() => verifier.verify(WRONG, SECRET)).toThrow(MISMATCH)
    verifier.verify(GOOD, SECRET)
    expect(() => verifier.verify(WRONG, SECRET)).toThrow(MISMATCH)
  })

  it('refuses an unknown access key, also when its key is still cached', () => {
    expect(() => verifier.verify(GOOD, null)).toThrow(UNKNOWN)
    verifier.verify(GOOD, SECRET)
    expect(() => verifier.verify(GOOD, null)).toThrow(UNKNOWN)
  })

  it('follows a changed secret at once', () => {
    verifier.verify(GOOD, SECRET)
    expect(() => verifier.verify(GOOD, OTHER_SECRET)).toThrow(MISMATCH)
    verifier.verify(WRONG, OTHER_SECRET)
    expect(() => verifier.verify(GOOD, OTHER_SECRET)).toThrow(MISMATCH)
  })

  it.each([
    ['secret', claimSignedWith(new Secret('decoy'.repeat(8)))],
    ['key', { ...GOOD, signature: sign(createSecretKey(Buffer.alloc(32)), stringToSignOf(GOOD)) }],
  ])('refuses a signature under the decoy %s, which everybody knows', (_name, claim) => {
    expect(() => verifier.verify(claim, null)).toThrow(UNKNOWN)
    expect(() => verifier.verify(claim, SECRET)).toThrow(MISMATCH)
  })

  it.each([
    ['unknown key', () => verifier.verify(GOOD, null), UNKNOWN],
    ['unknown key, wrong signature', () => verifier.verify(WRONG, null), UNKNOWN],
    ['known key, wrong signature', () => verifier.verify(WRONG, SECRET), MISMATCH],
  ])('%s: the same work, whether or not a key is cached', (_name, verify, refusal) => {
    const counts = [countHmacs(() => expect(verify).toThrow(refusal))]
    verifier.verify(GOOD, SECRET)
    counts.push(countHmacs(() => expect(verify).toThrow(refusal)))
    expect(counts).toEqual([6, 6])
  })

  it('needs one HMAC under a cached key', () => {
    expect(countHmacs(() => verifier.verify(GOOD, SECRET))).toBe(6)
    expect(countHmacs(() => verifier.verify(GOOD, SECRET))).toBe(1)
  })

  it('lets refused signatures neither fill the cache nor push others out', () => {
    const small = new SignatureVerifier({ maxCachedKeys: 1 })
    small.verify(GOOD, SECRET)
    const stranger = { ...WRONG, credential: WRONG.credential.replace('AKID', 'AKIX') }
    expect(() => small.verify(stranger, SECRET)).toThrow(MISMATCH)
    expect(() => small.verify(stranger, null)).toThrow(UNKNOWN)
    expect(countHmacs(() => small.verify(GOOD, SECRET))).toBe(1)
  })
})

function countHmacs(work: () => void): number {
  vi.mocked(createHmac).mockClear()
  work()
  return vi.mocked(createHmac).mock.calls.length
}
