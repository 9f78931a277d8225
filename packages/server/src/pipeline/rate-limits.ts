import type { RateClass } from '../operations/operation.ts'
import type { Caller } from '../principals/caller.ts'
import type { Counter } from '../telemetry/instruments.ts'
import { rateExceeded } from './overload-response.ts'
import { type Rate, TokenBuckets } from './token-buckets.ts'

/** Whose calls are counted together. */
export type RateScope = 'account' | 'principal'

/** The limits of a server. Null: none. */
export interface RateLimitOptions {
  readonly account: Rate | null
  readonly principal: Rate | null
  /** Counts the calls refused by a limit. */
  readonly counterOf: (scope: RateScope) => Counter
}

/**
 * Buckets of one scope in use at one time. At 100 bytes each they bound the memory; to have more in
 * use, a server would have to answer more calls in the time that a bucket takes to fill.
 */
const MAX_BUCKETS = 100_000

/** Refuses calls of whoever makes too many. Each class of operations has buckets of its own. */
export class RateLimits {
  readonly #account: ScopeLimit | null
  readonly #principal: ScopeLimit | null

  constructor({ account, principal, counterOf }: RateLimitOptions) {
    const create = (rate: Rate | null, scope: RateScope) =>
      rate === null ? null : new ScopeLimit(rate, counterOf(scope))
    this.#account = create(account, 'account')
    this.#principal = create(principal, 'principal')
  }

  /**
   * Takes a call of a proven caller. Its own limit comes first: what one principal is refused does not
   * use up what the others of its account may do.
   * @throws ServiceError `Throttling`
   */
  take(rateClass: RateClass, caller: Caller, nowMs: number): void {
    this.#principal?.take(`${rateClass} ${formatPrincipal(caller)}`, nowMs)
    this.#account?.take(`${rateClass} ${caller.account.id}`, nowMs)
  }
}

class ScopeLimit {
  readonly #buckets: TokenBuckets
  readonly #refused: Counter

  constructor(rate: Rate, refused: Counter) {
    this.#buckets = new TokenBuckets(rate, MAX_BUCKETS)
    this.#refused = refused
  }

  take(key: string, nowMs: number): void {
    if (this.#buckets.take(key, nowMs)) return
    this.#refused.value += 1
    throw rateExceeded()
  }
}

/** Who it is behind every name that a caller can choose: of a session, of a federated user. */
function formatPrincipal(caller: Caller): string {
  switch (caller.kind) {
    case 'root':
      return caller.account.id
    case 'user':
    case 'federated-user':
      return caller.user.id
    case 'assumed-role':
      return caller.role.id
    case 'web-identity':
      return `${caller.principalArn} ${caller.identity.subject}`
  }
}
