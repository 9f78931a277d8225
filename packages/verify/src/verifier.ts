import { checkToken } from './check-token.ts'
import { parseClaims } from './claims.ts'
import { quote, VerifyError } from './errors.ts'
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

/** Verifies tokens of the issuers it was made for. */
export interface Verifier {
  /**
   * From text to typed claims, or a refusal.
   *
   * @throws VerifyError of kind `token`, or of kind `unavailable` when keys or the record of used
   * tokens are out of reach; nothing else, whatever the input
   */
  verify(token: string): Promise<VerifiedToken>
  /**
   * Fetches the keys of all issuers now: at start, so that the first token need not wait and a wrong
   * issuer shows at once; or after a revocation.
   *
   * @throws VerifyError `keys_unavailable`
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

  async verify(token: string): Promise<VerifiedToken> {
    const verified = this.#cache
      ? await this.#verifyCached(token, this.#cache)
      : (await this.#verifyAnew(token)).token
    if (this.#options.replay) await this.#recordUse(this.#options.replay, verified)
    return verified
  }

  async loadKeys(): Promise<void> {
    await Promise.all([...this.#issuers.values()].map(({ keys }) => keys.load()))
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
  }

  async #verifyCached(token: string, cache: VerifiedTokenCache): Promise<VerifiedToken> {
    if (!isOfTokenSize(token)) return (await this.#verifyAnew(token)).token
    const hash = await this.#platform.sha256(token)
    const entry = cache.take(hash)
    // The key is asked for as for any other token, so that it ages and disappears in the same way. That
    // may take a while, so the time is looked at afterwards.
    const isCurrent = entry !== null && (await entry.source.find(entry.key.id)) === entry.key
    if (isCurrent && isValidAt(entry, this.#options.nowMs())) {
      cache.put(hash, entry)
      return entry.token
    }
    const verified = await this.#verifyAnew(token)
    cache.put(hash, { ...verified, token: deepFreeze(verified.token) })
    return verified.token
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
    const isSigned =
      signature.length === key.signatureBytes && (await key.check(signingInput, signature))
    if (!isSigned) throw new VerifyError('signature_invalid', `not signed by ${quote(key.id)}`)

    const parsed = parseClaims(payload)
    const nowMs = this.#options.nowMs()
    checkToken(parsed, issuer.accounts, this.#options, nowMs)
    const token = createVerifiedToken(parsed, key)
    const { exp, iat } = parsed.claims
    const validUntilMs = Math.min(exp, iat + this.#options.maxAgeSeconds) * 1000
    return { token, source: issuer.keys, key, validFromMs: nowMs, validUntilMs }
  }

  async #recordUse(store: ReplayStore, { claims }: VerifiedToken): Promise<void> {
    const { iss: issuer, jti: tokenId, exp } = claims
    const rememberUntilMs = (exp + this.#options.clockLeewaySeconds) * 1000
    const isFirst = await recordUse(store, { issuer, tokenId, rememberUntilMs })
    if (!isFirst) throw new VerifyError('token_replayed', `jti ${quote(tokenId)} was used before`)
  }
}

async function recordUse(store: ReplayStore, use: TokenUse): Promise<boolean> {
  try {
    return (await store.recordUse(use)) === true
  } catch (cause) {
    if (cause instanceof VerifyError) throw cause
    throw new VerifyError('replay_unavailable', 'the record of used tokens failed', { cause })
  }
}

function isOfTokenSize(token: unknown): boolean {
  return typeof token === 'string' && token.length <= MAX_TOKEN_CHARACTERS
}
