import { createSecretKey } from 'node:crypto'
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { Secret } from '../../secrets/secret.ts'
import { formatCanonicalRequest, hashCanonicalRequest, hashPayload } from './canonical-request.ts'
import type { ScopedClaim, SignedRequestClaim } from './claim.ts'
import { sign } from './signing-key.ts'
import { formatStringToSign } from './string-to-sign.ts'
import { claimSignedWith, OTHER_SECRET, SECRET } from './test/signed-claim.ts'
import { SignatureVerifier } from './verify.ts'

const GOOD = claimSignedWith(SECRET)
const WRONG = claimSignedWith(OTHER_SECRET)

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

  it('remembers keys of right signatures alone, and says how often that helped', () => {
    expect(() => verifier.verify(WRONG, SECRET)).toThrow(MISMATCH)
    expect(() => verifier.verify(GOOD, null)).toThrow(UNKNOWN)
    expect(verifier.cacheStatistics()['signing-keys']).toMatchObject({ hits: 0, entries: 0 })
    verifier.verify(GOOD, SECRET)
    verifier.verify(GOOD, SECRET)
    expect(verifier.cacheStatistics()['signing-keys']).toMatchObject({ hits: 1, entries: 1 })
  })

  it.each([
    ['secret', claimSignedWith(new Secret('decoy'.repeat(8)))],
    ['key', { ...GOOD, signature: sign(createSecretKey(Buffer.alloc(32)), stringToSignOf(GOOD)) }],
  ])('refuses a signature under the decoy %s, which everybody knows', (_name, claim) => {
    expect(() => verifier.verify(claim, null)).toThrow(UNKNOWN)
    expect(() => verifier.verify(claim, SECRET)).toThrow(MISMATCH)
  })
})
