import { VerifyError } from '../errors.ts'
import { formatCause } from '../format-cause.ts'
import type { JsonObject } from '../json.ts'
import type { Platform } from '../platform/platform.ts'
import { findKey, missingKeyError } from './find-key.ts'
import { type KeyCacheLimits, UNSTATED_FRESH_SECONDS } from './key-cache-limits.ts'
import { importKeySet, isVerificationKey, type KeySet, type VerificationKey } from './key-set.ts'
import type { HeldKeysRecord, KeySource } from './key-source.ts'

/** The result of a loader. */
export interface LoadedKeys {
  /** A JWK Set that nobody has looked at yet. */
  readonly jwks: JsonObject
  /** How long the issuer says that it stays fresh; null when it doesn't say. */
  readonly freshSeconds: number | null
  /** The instant from which it must not be used any more, whatever happens. Null when there is none. */
  readonly expiresAtMs: number | null
}

/** Gets the keys of one issuer, each time anew. */
export type KeyLoader = () => Promise<LoadedKeys>

/** What {@link CachedKeys} works with. */
export interface CachedKeysOptions {
  readonly issuer: string
  readonly load: KeyLoader
  readonly limits: KeyCacheLimits
  readonly platform: Platform
  readonly nowMs: () => number
}

interface HeldKeys {
  readonly keys: KeySet
  /** The load that brought them. For imported keys, the last load that had begun before the import. */
  readonly loadNumber: number
  readonly isImported: boolean
  readonly loadedAtMs: number
  readonly freshUntilMs: number
  readonly staleUntilMs: number
}

interface Failure {
  readonly cause: unknown
  readonly count: number
  readonly failedAtMs: number
  readonly retryAtMs: number
}

/** Keys are loaded again when this part of their life is over, while the old ones still serve. */
const REFRESH_AT = 0.8
const MAX_BACKOFF_SECONDS = 30

/**
 * The keys of one issuer, loaded when needed and kept for a while. One load serves all callers that
 * wait for it, and it begins before the keys expire. An unknown `kid` causes a load, but not often.
 * After a failure the old keys stay in use for a limited time. Nothing is kept for a `kid` that was
 * asked for, so random ones cost no memory.
 */
export class CachedKeys implements KeySource {
  readonly #options: CachedKeysOptions
  #held: HeldKeys | null = null
  #failure: Failure | null = null
  #pending: Promise<Failure | null> | null = null
  #loadCount = 0

  constructor(options: CachedKeysOptions) {
    this.#options = options
  }

  find(keyId: string): VerificationKey | Promise<VerificationKey> {
    const nowMs = this.#options.nowMs()
    const held = this.#held
    if (!held || !isFresh(held, nowMs)) return this.#loadAndFind(keyId)
    const key = findKey(held.keys, keyId)
    if (!key) return this.#loadAndFind(keyId)
    if (this.#isRefreshDue(held, nowMs)) void this.#loadOnce()
    return key
  }

  async load(): Promise<void> {
    // The answer to a load under way may be older than a revocation that the caller knows of.
    if (this.#options.platform.sharesPendingWork) await this.#pending
    const failure = await this.#loadOnce()
    if (failure) throw this.#unavailable(failure)
  }

  exportKeys(): HeldKeysRecord | null {
    if (!this.#held) return null
    const { keys, loadedAtMs, freshUntilMs, staleUntilMs } = this.#held
    const jwks = { keys: [...keys.values()].filter(isVerificationKey).map(formatKey) }
    return { jwks, loadedAtMs, freshUntilMs, staleUntilMs }
  }

  async importKeys(record: HeldKeysRecord): Promise<void> {
    const { limits, platform, nowMs } = this.#options
    const { loadedAtMs } = record
    if (loadedAtMs > nowMs()) {
      throw new VerifyError('snapshot_invalid', 'the keys were loaded in the future')
    }
    const keys = await importKeySet(record.jwks, platform, this.#held?.keys)
    // The process that exported it may have had other limits. Here, our own hold.
    const freshUntilMs = Math.min(record.freshUntilMs, loadedAtMs + limits.maxSeconds * 1000)
    const staleUntilMs = Math.min(
      record.staleUntilMs,
      freshUntilMs + limits.staleIfErrorSeconds * 1000,
    )
    if (!this.#held || loadedAtMs > this.#held.loadedAtMs) {
      const loadNumber = this.#loadCount
      this.#held = { keys, loadNumber, isImported: true, loadedAtMs, freshUntilMs, staleUntilMs }
    }
  }

  async #loadAndFind(keyId: string): Promise<VerificationKey> {
    const { issuer, nowMs } = this.#options
    if (this.#mayLoad(nowMs())) await this.#loadOnce()
    const held = this.#held
    if (!held || nowMs() >= held.staleUntilMs) throw this.#unavailable(this.#failure)
    const key = findKey(held.keys, keyId)
    if (key) return key
    // Without an answer of the issuer it is not known whether the key exists.
    if (this.#failure) throw this.#unavailable(this.#failure)
    throw missingKeyError(held.keys, keyId, issuer)
  }

  #mayLoad(nowMs: number): boolean {
    if (this.#pending) return true
    if (this.#failure) return !isPausing(this.#failure, nowMs)
    if (!this.#held || !isFresh(this.#held, nowMs)) return true
    const ageMs = nowMs - this.#held.loadedAtMs
    return ageMs >= this.#options.limits.unknownKeyCooldownSeconds * 1000
  }

  #isRefreshDue(held: HeldKeys, nowMs: number): boolean {
    const { sharesPendingWork } = this.#options.platform
    // On platforms where work ends with the request that began it, nothing can be done in the
    // background.
    if (!sharesPendingWork || this.#pending) return false
    if (this.#failure && isPausing(this.#failure, nowMs)) return false
    return nowMs >= held.loadedAtMs + REFRESH_AT * (held.freshUntilMs - held.loadedAtMs)
  }

  /** Never rejects: a failure is remembered, and what it resolves to. */
  #loadOnce(): Promise<Failure | null> {
    if (this.#pending && this.#options.platform.sharesPendingWork) return this.#pending
    const pending = this.#load().finally(() => {
      if (this.#pending === pending) this.#pending = null
    })
    this.#pending = pending
    return pending
  }

  async #load(): Promise<Failure | null> {
    const { load, limits, platform, nowMs } = this.#options
    this.#loadCount += 1
    const loadNumber = this.#loadCount
    // The result is at least as new as the question.
    const loadedAtMs = nowMs()
    try {
      const { jwks, freshSeconds, expiresAtMs } = await load()
      const keys = await importKeySet(jwks, platform, this.#held?.keys)
      if (this.#isOutrun(loadNumber, loadedAtMs)) return null
      const seconds = clamp(freshSeconds ?? UNSTATED_FRESH_SECONDS, limits)
      const endMs = expiresAtMs ?? Number.POSITIVE_INFINITY
      const freshUntilMs = Math.min(loadedAtMs + seconds * 1000, endMs)
      const staleUntilMs = Math.min(freshUntilMs + limits.staleIfErrorSeconds * 1000, endMs)
      this.#held = { keys, loadNumber, isImported: false, loadedAtMs, freshUntilMs, staleUntilMs }
      this.#failure = null
      return null
    } catch (cause) {
      const count = (this.#failure?.count ?? 0) + 1
      const backoffSeconds = Math.min(2 ** (count - 1), MAX_BACKOFF_SECONDS)
      const failedAtMs = nowMs()
      const failure = { cause, count, failedAtMs, retryAtMs: failedAtMs + backoffSeconds * 1000 }
      if (!this.#isOutrun(loadNumber, loadedAtMs)) this.#failure = failure
      return failure
    }
  }

  /**
   * Whether the present keys were asked for later than those of this load. On platforms where requests
   * share nothing, loads overtake each other, and a slow load must not bring a revoked key back.
   */
  #isOutrun(loadNumber: number, loadedAtMs: number): boolean {
    const held = this.#held
    if (!held || held.loadNumber < loadNumber) return false
    return !held.isImported || held.loadedAtMs > loadedAtMs
  }

  #unavailable(failure: Failure | null): VerifyError {
    const reason = failure ? formatCause(failure.cause) : 'they have ended'
    const message = `the keys of ${this.#options.issuer} cannot be had: ${reason}`
    return new VerifyError('keys_unavailable', message, { cause: failure?.cause })
  }
}

/**
 * After a clock was set back, keys look as if they came from the future. Then they are loaded again.
 */
function isFresh(held: HeldKeys, nowMs: number): boolean {
  return held.loadedAtMs <= nowMs && nowMs < held.freshUntilMs
}

/** Whether the issuer is still left alone after a failure. A clock that was set back ends that too. */
function isPausing({ failedAtMs, retryAtMs }: Failure, nowMs: number): boolean {
  return failedAtMs <= nowMs && nowMs < retryAtMs
}

function clamp(seconds: number, { minSeconds, maxSeconds }: KeyCacheLimits): number {
  return Math.min(Math.max(seconds, minSeconds), maxSeconds)
}

function formatKey(key: VerificationKey): JsonObject {
  return { kid: key.id, alg: key.algorithm.name, use: 'sig', ...key.jwk }
}
