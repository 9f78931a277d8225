import type { Algorithm } from '../principals/algorithms.ts'
import type { OidcProvider } from '../principals/entities.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { Clock } from '../runtime/clock.ts'
import { CountedCache } from '../runtime/counted-cache.ts'
import { type FetchDocument, KeySourceError } from './issuer-documents.ts'
import { IssuerKeys, type LoadedKeySet, loadKeySet } from './issuer-keys.ts'
import { findVerificationKey, type KeySet, parseKeySet, type VerificationKey } from './key-set.ts'
import type { WebIdentityLimits } from './limits.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** What {@link createKeyFinder} works with. */
export interface KeyFinderDeps {
  readonly clock: Clock
  readonly fetchDocument: FetchDocument
  readonly limits: WebIdentityLimits
  readonly waitingRoom: Pick<WaitingRoom, 'wait'>
}

/** A key that a token names. */
export interface WantedKey {
  readonly provider: OidcProvider
  readonly keyId: string
  readonly algorithm: Algorithm
}

/** Finds keys of providers, and remembers them. */
export interface KeyFinder {
  /**
   * The key of a provider that a token names, if it is in memory; null when the provider's server would
   * have to be asked. @throws KeySourceError when the keys in the provider itself will not do
   */
  findHeld(wanted: WantedKey): VerificationKey | null
  /** The same key, asked of the provider's server if need be. @throws KeySourceError, ServiceError `Throttling` */
  find(wanted: WantedKey): Promise<VerificationKey>
  cacheStatistics(): CacheStatisticsByName
}

interface InlineKeys {
  readonly text: string
  readonly keySet: KeySet
}

/**
 * Finds keys of providers: in the JWK Set that stands in the provider, or over the network. What is
 * held in memory belongs to one account's provider, although others may name the same issuer: no
 * account then waits for another's loads, or meets another's failures.
 */
export function createKeyFinder(deps: KeyFinderDeps): KeyFinder {
  const { clock, fetchDocument, limits, waitingRoom } = deps
  const slots = new LoadSlots(limits.maxLoads, limits.maxLoadsPerAccount)
  const remote = new CountedCache<IssuerKeys>({ maxSize: limits.maxCachedKeys })
  const inline = new CountedCache<InlineKeys>({ maxSize: limits.maxCachedKeys })

  const load = async ({ accountId, url }: OidcProvider): Promise<LoadedKeySet> => {
    const signal = AbortSignal.timeout(limits.loadTimeoutMs)
    try {
      return await slots.run(accountId, signal, () => loadKeySet(url, fetchDocument, signal))
    } catch (error) {
      if (error instanceof KeySourceError || !signal.aborted) throw error
      throw new KeySourceError('unreachable', `${url} took too long`, { cause: error })
    }
  }

  const findRemote = (provider: OidcProvider): IssuerKeys => {
    const name = `${provider.arn} ${provider.url}`
    const known = remote.get(name)
    if (known !== undefined) return known
    const keys: IssuerKeys = new IssuerKeys({
      clock,
      limits,
      load: () => load(provider),
      wait: begin => waitingRoom.wait(provider, begin),
      onLoaded: keySet => {
        // The cache keeps the old size of a value that it has already.
        remote.delete(name)
        remote.set(name, keys, sizeOf(keySet))
      },
    })
    remote.set(name, keys, sizeOf([]))
    return keys
  }

  const findInline = (provider: OidcProvider, text: string): KeySet => {
    const known = inline.get(provider.arn)
    if (known?.text === text) return known.keySet
    const keySet = parseKeySet(text)
    inline.set(provider.arn, { text, keySet }, sizeOf(keySet))
    return keySet
  }

  return {
    findHeld({ provider, keyId, algorithm }) {
      if (provider.inlineJwks === null) return findRemote(provider).findHeld(keyId, algorithm)
      const key = findVerificationKey(findInline(provider, provider.inlineJwks), keyId, algorithm)
      if (key !== null) return key
      throw new KeySourceError('unusable', 'the JWK Set of the provider has no such key')
    },
    find: ({ provider, keyId, algorithm }) => findRemote(provider).find(keyId, algorithm),
    cacheStatistics: () => ({
      'provider-keys': remote.statistics(),
      'inline-provider-keys': inline.statistics(),
    }),
  }
}

/** A provider counts as one key more than it has: a flood of providers without keys is bounded too. */
function sizeOf(keySet: KeySet): number {
  return keySet.length + 1
}

interface Waiting {
  readonly owner: string
  readonly start: () => void
}

/**
 * Bounds how much work runs at one time, in all and for one owner. The rest waits in line, where an
 * owner at its limit lets the others pass.
 */
export class LoadSlots {
  readonly #maxRunning: number
  readonly #maxRunningPerOwner: number
  readonly #running = new Map<string, number>()
  readonly #waiting: Waiting[] = []
  #total = 0

  constructor(maxRunning: number, maxRunningPerOwner: number) {
    this.#maxRunning = maxRunning
    this.#maxRunningPerOwner = maxRunningPerOwner
  }

  /** Runs the action in a place of the owner's. Rejects with the signal's reason if it waits too long. */
  async run<Result>(
    owner: string,
    signal: AbortSignal,
    action: () => Promise<Result>,
  ): Promise<Result> {
    await this.#enter(owner, signal)
    try {
      return await action()
    } finally {
      this.#leave(owner)
    }
  }

  async #enter(owner: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#hasRoom(owner)) {
      this.#take(owner)
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { owner, start: resolve }
    const giveUp = (): void => {
      const position = this.#waiting.indexOf(waiting)
      // It has got its place already, and `run` leaves that.
      if (position < 0) return
      this.#waiting.splice(position, 1)
      reject(signal.reason)
    }
    this.#waiting.push(waiting)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  #hasRoom(owner: string): boolean {
    return (
      this.#total < this.#maxRunning && (this.#running.get(owner) ?? 0) < this.#maxRunningPerOwner
    )
  }

  #take(owner: string): void {
    this.#total += 1
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1)
  }

  #leave(owner: string): void {
    this.#total -= 1
    const left = (this.#running.get(owner) ?? 0) - 1
    if (left > 0) this.#running.set(owner, left)
    else this.#running.delete(owner)

    const position = this.#waiting.findIndex(waiting => this.#hasRoom(waiting.owner))
    const [next] = position < 0 ? [] : this.#waiting.splice(position, 1)
    if (next === undefined) return
    this.#take(next.owner)
    next.start()
  }
}
