import type { Algorithm } from '../principals/algorithms.ts'
import type { Clock } from '../runtime/clock.ts'
import {
  type FetchDocument,
  KeySourceError,
  parseDocument,
  readFreshSeconds,
} from './issuer-documents.ts'
import { findVerificationKey, type KeySet, parseKeySet, type VerificationKey } from './key-set.ts'
import type { WebIdentityLimits } from './limits.ts'

/** Keys as they came from their issuer. */
export interface LoadedKeySet {
  readonly keySet: KeySet
  /** How long the issuer says that they stay fresh; null when it doesn't say. */
  readonly freshSeconds: number | null
}

/**
 * Loads an issuer's keys: its discovery document, then the JWK Set that it names (OpenID Connect
 * Discovery 1.0 §4). The document must name this very issuer, or somebody else's keys would count.
 * @throws KeySourceError
 */
export async function loadKeySet(
  issuer: string,
  fetchDocument: FetchDocument,
  signal: AbortSignal,
): Promise<LoadedKeySet> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const discovery = await fetchDocument(address, issuer, signal)
  const members = parseDocument(discovery.text, 'the discovery document')
  if (members.get('issuer') !== issuer) {
    throw new KeySourceError('unusable', `the discovery document is not that of ${issuer}`)
  }
  const jwksUri = members.get('jwks_uri')
  if (typeof jwksUri !== 'string') {
    throw new KeySourceError('unusable', 'the discovery document has no jwks_uri')
  }
  const jwks = await fetchDocument(jwksUri, issuer, signal)
  return { keySet: parseKeySet(jwks.text), freshSeconds: readFreshSeconds(jwks) }
}

/** What {@link IssuerKeys} works with. */
export interface IssuerKeysDeps {
  readonly clock: Clock
  readonly limits: WebIdentityLimits
  /** Loads the keys anew, in bounded time. @throws KeySourceError */
  readonly load: () => Promise<LoadedKeySet>
  /** Waits for a load that `begin` begins, where there is a place to wait. @throws ServiceError */
  readonly wait: (begin: () => Promise<void>) => Promise<void>
  /** Told of every set that is held from now on. */
  readonly onLoaded: (keySet: KeySet) => void
}

interface HeldKeys {
  readonly keySet: KeySet
  readonly loadedAtMs: number
  readonly freshUntilMs: number
}

interface Failure {
  readonly error: unknown
  readonly failedAtMs: number
}

/** Keys are loaded again when this part of their life is over, while the old ones still serve. */
const REFRESH_AT = 0.8

/**
 * The keys of one issuer, loaded when needed and kept for a while. One load serves all who wait for
 * it; it begins before the keys go stale; an unknown `kid` causes one, but not often; after a failure
 * there is a pause, in which nothing is asked of the network. Nothing is kept for each `kid` that was
 * asked for, so made-up ones cost no memory.
 */
export class IssuerKeys {
  readonly #deps: IssuerKeysDeps
  #held: HeldKeys | null = null
  #failure: Failure | null = null
  #pending: Promise<void> | null = null

  constructor(deps: IssuerKeysDeps) {
    this.#deps = deps
  }

  /** The key with this `kid` for this algorithm, if it is among the keys that are held. Waits for nobody. */
  findHeld(keyId: string, algorithm: Algorithm): VerificationKey | null {
    const nowMs = this.#deps.clock.nowMs()
    const held = this.#findFresh(nowMs)
    const known = held && findVerificationKey(held.keySet, keyId, algorithm)
    if (held && known && this.#isRefreshDue(held, nowMs)) void this.#loadOnce()
    return known
  }

  /**
   * The same key, asked of the issuer if need be.
   * @throws KeySourceError when there is none, or no keys; ServiceError when there is no place to wait
   */
  async find(keyId: string, algorithm: Algorithm): Promise<VerificationKey> {
    const known = this.findHeld(keyId, algorithm)
    if (known !== null) return known
    const nowMs = this.#deps.clock.nowMs()
    if (this.#mayLoad(this.#findFresh(nowMs), nowMs)) {
      await this.#deps.wait(() => this.#loadOnce())
    }
    const key = this.#findLoaded(keyId, algorithm)
    if (key !== null) return key
    if (this.#failure !== null) throw this.#failure.error
    throw new KeySourceError('unusable', 'the issuer has no such key for this algorithm')
  }

  #findFresh(nowMs: number): HeldKeys | null {
    // A clock that was set back makes keys look as if they came from the future.
    const held = this.#held
    return held !== null && held.loadedAtMs <= nowMs && nowMs < held.freshUntilMs ? held : null
  }

  #findLoaded(keyId: string, algorithm: Algorithm): VerificationKey | null {
    const held = this.#findFresh(this.#deps.clock.nowMs())
    return held && findVerificationKey(held.keySet, keyId, algorithm)
  }

  #mayLoad(held: HeldKeys | null, nowMs: number): boolean {
    if (this.#pending !== null) return true
    if (this.#isCoolingDown(nowMs)) return false
    const cooldownMs = this.#deps.limits.unknownKeyCooldownSeconds * 1000
    return held === null || nowMs - held.loadedAtMs >= cooldownMs
  }

  #isRefreshDue({ loadedAtMs, freshUntilMs }: HeldKeys, nowMs: number): boolean {
    const isOld = nowMs >= loadedAtMs + REFRESH_AT * (freshUntilMs - loadedAtMs)
    return isOld && this.#pending === null && !this.#isCoolingDown(nowMs)
  }

  #isCoolingDown(nowMs: number): boolean {
    if (this.#failure === null) return false
    const elapsedMs = nowMs - this.#failure.failedAtMs
    return elapsedMs >= 0 && elapsedMs < this.#deps.limits.failureCooldownSeconds * 1000
  }

  /** Never rejects: a failure is remembered. */
  #loadOnce(): Promise<void> {
    this.#pending ??= this.#load().finally(() => {
      this.#pending = null
    })
    return this.#pending
  }

  async #load(): Promise<void> {
    const { clock, limits, load, onLoaded } = this.#deps
    // What comes back is at least as new as the question.
    const loadedAtMs = clock.nowMs()
    try {
      const { keySet, freshSeconds } = await load()
      const seconds = clamp(freshSeconds ?? limits.defaultFreshSeconds, limits)
      this.#held = { keySet, loadedAtMs, freshUntilMs: loadedAtMs + seconds * 1000 }
      this.#failure = null
      onLoaded(keySet)
    } catch (error) {
      this.#failure = { error, failedAtMs: clock.nowMs() }
    }
  }
}

function clamp(seconds: number, { minFreshSeconds, maxFreshSeconds }: WebIdentityLimits): number {
  return Math.min(Math.max(seconds, minFreshSeconds), maxFreshSeconds)
}
