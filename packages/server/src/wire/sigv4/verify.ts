import { createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { CacheStatisticsByName } from '../../runtime/cache-statistics.ts'
import { Secret } from '../../secrets/secret.ts'
import { findHeader } from './canonical-headers.ts'
import { formatCanonicalRequest, hashCanonicalRequest, hashPayload } from './canonical-request.ts'
import type { ScopedClaim } from './claim.ts'
import { signatureMismatch, unknownAccessKey } from './refusals.ts'
import { deriveSigningKey, sign } from './signing-key.ts'
import { SigningKeyCache } from './signing-key-cache.ts'
import { formatStringToSign } from './string-to-sign.ts'

/**
 * A secret for keys that don't exist, as long as a real one so that it costs as much. It is known to
 * everybody and opens nothing.
 */
const DECOY_SECRET = new Secret('decoy'.repeat(8))
const DECOY_KEY = createSecretKey(Buffer.alloc(32))

/**
 * Decides whether claims are true. Owns the cache of derived keys.
 *
 * A good signature under a cached key costs one HMAC. Every refusal costs the same, whatever its
 * reason: an HMAC under the cached key or under a decoy, the derivation of a key from the secret or
 * from a decoy, and an HMAC under that key. So the time of a refusal does not tell whether an access
 * key exists or was used today. Only a correct signature puts a key into the cache, so strangers can
 * neither fill it nor push out the keys of others.
 */
export class SignatureVerifier {
  readonly #signingKeys: SigningKeyCache

  constructor(options: { readonly maxCachedKeys: number }) {
    this.#signingKeys = new SigningKeyCache(options.maxCachedKeys)
  }

  /**
   * Rows 15 and 16 of aws-wire §7.3. `secret` is the present secret of the claim's access key. It is
   * null when there is no such key or the key may not be used; then the claim never passes. Call this
   * for unknown keys too. If you refuse them yourself, they are refused measurably sooner.
   *
   * @throws ServiceError `InvalidClientTokenId` when `secret` is null, `SignatureDoesNotMatch` when
   * the signature is not that of the request, or `x-amz-content-sha256` not that of the body
   */
  verify(claim: ScopedClaim, secret: Secret | null): void {
    const isMatch = prepareMatch(claim)
    const cached = secret === null ? null : this.#signingKeys.find(claim.credential, secret)
    if (isMatch(cached ?? DECOY_KEY) && cached !== null) return
    const derived = deriveSigningKey(secret ?? DECOY_SECRET, claim.scope)
    const isRight = isMatch(derived)
    if (secret === null) throw unknownAccessKey()
    if (!isRight) throw signatureMismatch()
    this.#signingKeys.remember(claim.credential, secret, derived)
  }

  cacheStatistics(): CacheStatisticsByName {
    return { 'signing-keys': this.#signingKeys.statistics() }
  }
}

/** Builds the part that does not depend on the key, once. */
function prepareMatch(claim: ScopedClaim): (signingKey: KeyObject) => boolean {
  const { request, canonical, signedHeaders } = claim
  const payloadHash = hashPayload(request.body)
  const declaredHash = findHeader(canonical.headers, 'x-amz-content-sha256')
  const canonicalRequest = formatCanonicalRequest({
    method: request.method,
    path: canonical.path,
    query: canonical.query,
    headers: canonical.headers,
    signedHeaders,
    payloadHash,
  })
  const stringToSign = formatStringToSign(
    claim.timestamp,
    claim.scope,
    hashCanonicalRequest(canonicalRequest),
  )
  const received = Buffer.from(claim.signature, 'latin1')
  return signingKey => {
    const expected = Buffer.from(sign(signingKey, stringToSign), 'latin1')
    const isEqual = received.length === expected.length && timingSafeEqual(received, expected)
    return isEqual && (declaredHash === null || declaredHash === payloadHash)
  }
}
