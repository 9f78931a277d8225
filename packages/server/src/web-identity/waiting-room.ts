import { ServiceError } from '../errors.ts'
import type { MemoryBudget } from '../runtime/memory-budget.ts'

/** For whose provider a call waits. */
export interface AwaitedProvider {
  readonly accountId: string
  readonly arn: string
}

/** What a {@link WaitingRoom} works with. */
export interface WaitingRoomOptions {
  /** Calls that may wait at one time. */
  readonly maxWaiting: number
  /** Calls that may wait for one provider at one time. */
  readonly maxWaitingPerProvider: number
  /** What a call holds while it waits, at most. */
  readonly bytesPerCall: number
  readonly memory: MemoryBudget
  /** Told of each call that is refused, and for which provider. */
  readonly onRefused: (awaited: AwaitedProvider) => void
}

interface Place {
  readonly awaited: AwaitedProvider
  readonly giveUp: (refusal: ServiceError) => void
}

/**
 * Where calls wait for an OIDC provider's server. Anybody can make such calls, and each holds
 * memory while it waits. So the places are bounded, in all and for one provider, and the memory is
 * taken from a budget. When all places are taken, an account with fewer places gets one from the
 * account with most, so that no account's providers keep out the callers of another's.
 */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions
  /** By account, in the order in which they came. */
  readonly #places = new Map<string, Set<Place>>()
  readonly #providers = new Map<string, number>()
  #waiting = 0
  #refused = 0

  constructor(options: WaitingRoomOptions) {
    this.#options = options
  }

  /** Calls that wait now. */
  get waiting(): number {
    return this.#waiting
  }

  /** Calls that found no place, or lost theirs. Those that found no memory are counted by the budget. */
  get refused(): number {
    return this.#refused
  }

  /**
   * Waits for what `begin` begins. @throws ServiceError `Throttling` when there is no place, or it
   * is taken away; whatever `begin` rejects with
   */
  async wait(awaited: AwaitedProvider, begin: () => Promise<void>): Promise<void> {
    const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>()
    const place: Place = { awaited, giveUp }
    this.#enter(place)
    try {
      await Promise.race([begin(), givenUp])
    } finally {
      this.#leave(place)
    }
  }

  #enter(place: Place): void {
    const { awaited } = place
    const { maxWaiting, maxWaitingPerProvider, memory, bytesPerCall } = this.#options
    if ((this.#providers.get(awaited.arn) ?? 0) >= maxWaitingPerProvider)
      throw this.#refuse(awaited)
    if (this.#waiting >= maxWaiting) this.#makeRoom(awaited)
    if (!memory.take(bytesPerCall)) {
      this.#options.onRefused(awaited)
      throw throttled()
    }
    const places = this.#places.get(awaited.accountId) ?? new Set()
    this.#places.set(awaited.accountId, places.add(place))
    this.#providers.set(awaited.arn, (this.#providers.get(awaited.arn) ?? 0) + 1)
    this.#waiting += 1
  }

  /** Does nothing when the place was given up already. */
  #leave(place: Place): void {
    const { accountId, arn } = place.awaited
    const places = this.#places.get(accountId)
    if (places?.delete(place) !== true) return
    if (places.size === 0) this.#places.delete(accountId)
    const left = (this.#providers.get(arn) ?? 0) - 1
    if (left > 0) this.#providers.set(arn, left)
    else this.#providers.delete(arn)
    this.#waiting -= 1
    this.#options.memory.give(this.#options.bytesPerCall)
  }

  /**
   * Takes away the newest place of the account that has most, unless this account would then have
   * more.
   */
  #makeRoom(awaited: AwaitedProvider): void {
    const own = this.#places.get(awaited.accountId)?.size ?? 0
    let most: ReadonlySet<Place> = new Set()
    for (const places of this.#places.values()) if (places.size > most.size) most = places
    const last = [...most].at(-1)
    if (last === undefined || most.size <= own + 1) throw this.#refuse(awaited)
    this.#leave(last)
    last.giveUp(this.#refuse(last.awaited))
  }

  #refuse(awaited: AwaitedProvider): ServiceError {
    this.#refused += 1
    this.#options.onRefused(awaited)
    return throttled()
  }
}

function throttled(): ServiceError {
  return new ServiceError('Throttling', 'Rate exceeded')
}
