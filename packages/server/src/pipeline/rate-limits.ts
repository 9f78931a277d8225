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
 * How many buckets of one scope can be in use at a time. At 100 bytes each, this bounds the memory. A
 * server can't answer enough calls to need more in the time that a bucket takes to fill.
 */
const MAX_BUCKETS = 100_000

/**
 * Refuses the calls of a principal or account that makes too many. Each class of operations has its own
 * buckets.
 */
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
   * Takes a call of a proven caller. The principal's limit comes first, so that its refused calls don't
   * use up the limit of its account.
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

/**
 * The principal without the names that a caller can choose, such as those of sessions and federated
 * users.
 */
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
