import { checkToken, findEndSeconds } from './check-token.ts'
import { parseClaims } from './claims.ts'
import { type Confirm, confirmBinding } from './confirm-binding.ts'
import { quote, VerifyError } from './errors.ts'
import { formatCause } from './format-cause.ts'
import { createJwsParser, type JwsParser, MAX_TOKEN_CHARACTERS, TOKEN_PROFILE } from './jws.ts'
import { createKeySource } from './keys/create-key-source.ts'
import { type KeySnapshot, parseKeySnapshot } from './keys/key-snapshot.ts'
import type { KeySource } from './keys/key-source.ts'
import type { VerifierOptions } from './options.ts'
import { type CompleteOptions, parseOptions } from './parse-options.ts'
import type { Platform } from './platform/platform.ts'
import type { ReplayStore, TokenUse } from './replay.ts'
import { createVerifiedToken, deepFreeze, type VerifiedToken } from './verified-token.ts'
import { type CachedToken, isValidAt, VerifiedTokenCache } from './verified-token-cache.ts'

/** What the bearer of a token may have to prove. */
export interface VerifyContext {
  /** Asked when the token is bound to a key (`cnf`). Without it such a token is refused. */
  readonly confirm?: Confirm
}

/** Verifies tokens of the issuers it was made for. */
export interface Verifier {
  /**
   * From text to typed claims, or a refusal.
   *
   * @throws VerifyError of kind `token`, or of kind `unavailable` when keys or the record of used
   * tokens are out of reach, or `confirm` fails; nothing else, whatever the input
   */
  verify(token: string, context?: VerifyContext): Promise<VerifiedToken>
  /**
   * Fetches the keys of all issuers now. Call it at start, so that the first token need not wait and a
   * wrong issuer shows at once, or call it after a revocation. Even when a fetch is under way, the keys
   * are asked for after this call. So once it resolves, a key that the issuers no longer publish
   * verifies nothing.
   *
   * @throws VerifyError `keys_unavailable`, when all issuers have been asked, for the first that failed
   */
  loadKeys(): Promise<void>
  /** The cached keys, to be handed to {@link Verifier.importKeys} of another process. */
  exportKeys(): KeySnapshot
  /**
   * Takes over exported keys, as far as they are newer than the own ones and of an issuer that is
   * configured here. They age as if they had been fetched here.
   *
   * @throws VerifyError `snapshot_invalid`, `jwks_invalid`
   */
  importKeys(snapshot: unknown): Promise<void>
}

interface Issuer {
  readonly accounts: readonly string[] | null
  readonly keys: KeySource
}

/** A {@link Verifier} on a given platform; `createVerifier` takes the platform at hand. */
export class TokenVerifier implements Verifier {
  readonly #platform: Platform
  readonly #options: CompleteOptions
  readonly #issuers: ReadonlyMap<string, Issuer>
  readonly #parse: JwsParser
  readonly #cache: VerifiedTokenCache | null
  /** Verifications under way, by the hash of the token, or by its text while the hash is made. */
  readonly #pending = new Map<string, Promise<VerifiedToken>>()

  /** @throws VerifyError `options_invalid`, `jwks_invalid` */
  constructor(platform: Platform, options: VerifierOptions) {
    const complete = parseOptions(options)
    const cacheEntries = complete.verifiedTokenCacheEntries
    this.#platform = platform
    this.#options = complete
    this.#issuers = new Map(
      complete.issuers.map(trusted => [
        trusted.issuer,
        { accounts: trusted.accounts, keys: createKeySource(trusted, complete, platform) },
      ]),
    )
    this.#parse = createJwsParser(platform, TOKEN_PROFILE)
    this.#cache = cacheEntries > 0 ? new VerifiedTokenCache(cacheEntries) : null
  }

  async verify(token: string, context?: VerifyContext): Promise<VerifiedToken> {
    // What cannot be a token is not even hashed.
    const cache = isOfTokenSize(token) ? this.#cache : null
    const verified = cache
      ? await this.#verifyCached(token, cache)
      : (await this.#verifyAnew(token)).token
    const { cnf } = verified.claims
    // This comes before its use is recorded, so that a thief can't use the token up.
    if (cnf) await confirmBinding(cnf, verified, context?.confirm)
    if (this.#options.replay) await this.#recordUse(this.#options.replay, verified)
    return verified
  }

  async loadKeys(): Promise<void> {
    const loads = [...this.#issuers.values()].map(({ keys }) => keys.load())
    const outcomes = await Promise.allSettled(loads)
    // A verification that began with older keys must not answer callers that ask from now on.
    this.#pending.clear()
    const failed = outcomes.find(outcome => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  exportKeys(): KeySnapshot {
    const issuers = [...this.#issuers].flatMap(([issuer, { keys }]) => {
      const record = keys.exportKeys()
      return record ? [{ issuer, ...record }] : []
    })
    return { version: 1, issuers }
  }

  async importKeys(snapshot: unknown): Promise<void> {
    for (const record of parseKeySnapshot(snapshot).issuers) {
      await this.#issuers.get(record.issuer)?.keys.importKeys(record)
    }
    this.#pending.clear()
  }

  #verifyCached(token: string, cache: VerifiedTokenCache): Promise<VerifiedToken> {
    const hash = this.#platform.sha256(token)
    if (typeof hash === 'string') return this.#verifyHashed(token, hash, cache)
    // Callers that come while the hash is made join too.
    return this.#join(token, () => this.#awaitHash(token, hash, cache))
  }

  async #awaitHash(
    token: string,
    hash: Promise<string>,
    cache: VerifiedTokenCache,
  ): Promise<VerifiedToken> {
    try {
      return await this.#verifyHashed(token, await hash, cache)
    } finally {
      this.#pending.delete(token)
    }
  }

  async #verifyHashed(
    token: string,
    hash: string,
    cache: VerifiedTokenCache,
  ): Promise<VerifiedToken> {
    // More than once when another call has replaced the entry meanwhile.
    for (let entry = cache.find(hash); entry; entry = cache.find(hash)) {
      // The key is asked for as for any other token, so that it ages and disappears in the same way. That
      // may take a while, so the time is looked at afterwards.
      const found = entry.source.find(entry.key.id)
      const key = found instanceof Promise ? await found : found
      if (key === entry.key && isValidAt(entry, this.#options.nowMs())) return entry.token
      cache.forget(hash, entry)
    }
    return this.#join(hash, () => this.#verifyAndRemember(token, hash, cache))
  }

  async #verifyAndRemember(
    token: string,
    hash: string,
    cache: VerifiedTokenCache,
  ): Promise<VerifiedToken> {
    try {
      const verified = await this.#verifyAnew(token)
      cache.put(hash, { ...verified, token: deepFreeze(verified.token) })
      return verified.token
    } finally {
      this.#pending.delete(hash)
    }
  }

  /** One verification for all who bring the same token at once; all get its outcome. */
  #join(key: string, begin: () => Promise<VerifiedToken>): Promise<VerifiedToken> {
    const pending = this.#pending.get(key)
    if (pending) return pending
    const verification = begin()
    if (this.#platform.sharesPendingWork) this.#pending.set(key, verification)
    return verification
  }

  async #verifyAnew(text: unknown): Promise<CachedToken> {
    const { header, payload, signingInput, signature } = this.#parse(text)
    const { iss } = payload
    const issuer = typeof iss === 'string' ? this.#issuers.get(iss) : undefined
    if (!issuer) throw new VerifyError('issuer_untrusted', `iss is ${quote(iss)}`)
    if (!this.#options.algorithms.has(header.alg)) {
      throw new VerifyError('algorithm_refused', `${header.alg} is not allowed here`)
    }
    const found = issuer.keys.find(header.kid)
    const key = found instanceof Promise ? await found : found
    // The key decides what it is for; the header may only agree (RFC 8725 §3.1).
    if (header.alg !== key.algorithm.name) {
      throw new VerifyError('algorithm_refused', `alg is ${header.alg}, not the one of its key`)
    }
    const checked = signature.length === key.signatureBytes && key.check(signingInput, signature)
    const isSigned = typeof checked === 'boolean' ? checked : await checked
    if (!isSigned) throw new VerifyError('signature_invalid', `not signed by ${quote(key.id)}`)

    const parsed = parseClaims(payload)
    const nowMs = this.#options.nowMs()
    checkToken(parsed, issuer.accounts, this.#options, nowMs)
    const token = createVerifiedToken(parsed, key)
    const validUntilMs = findEndSeconds(parsed.claims, this.#options.maxAgeSeconds) * 1000
    return { token, source: issuer.keys, key, validFromMs: nowMs, validUntilMs }
  }

  async #recordUse(store: ReplayStore, { claims }: VerifiedToken): Promise<void> {
    const { iss: issuer, jti: tokenId } = claims
    const { maxAgeSeconds, clockLeewaySeconds } = this.#options
    const rememberUntilMs = (findEndSeconds(claims, maxAgeSeconds) + clockLeewaySeconds) * 1000
    const isFirst = await recordUse(store, { issuer, tokenId, rememberUntilMs })
    if (!isFirst) throw new VerifyError('token_replayed', `jti ${quote(tokenId)} was used before`)
  }
}

async function recordUse(store: ReplayStore, use: TokenUse): Promise<boolean> {
  try {
    return (await store.recordUse(use)) === true
  } catch (cause) {
    if (cause instanceof VerifyError) throw cause
    const message = `the record of used tokens failed: ${formatCause(cause)}`
    throw new VerifyError('replay_unavailable', message, { cause })
  }
}

function isOfTokenSize(token: unknown): boolean {
  return typeof token === 'string' && token.length <= MAX_TOKEN_CHARACTERS
}
