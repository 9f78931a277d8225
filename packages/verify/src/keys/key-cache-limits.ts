import { VerifyError } from '../errors.ts'
import { refuseUnknown } from '../refuse-unknown.ts'

/** How long keys are used; whole seconds. */
export interface KeyCacheLimits {
  /** Keys are used at least this long, whatever `Cache-Control` says: 0 to 3600, 30 by default. */
  readonly minSeconds: number
  /**
   * Keys are used at most this long without asking the issuer again: 1 to 86,400, 900 by default. It
   * is the time within which a revoked key stops while its issuer can be reached.
   */
  readonly maxSeconds: number
  /**
   * How much longer keys are used when the issuer cannot be reached: 0 to 604,800, 3600 by default.
   * It adds to the time within which a revoked key stops.
   */
  readonly staleIfErrorSeconds: number
  /**
   * A `kid` that isn't published makes the issuer's keys be fetched again only when they are this
   * old: 1 to 3600, 10 by default.
   */
  readonly unknownKeyCooldownSeconds: number
}

/** What applies unless told otherwise. */
export const DEFAULT_KEY_CACHE_LIMITS: KeyCacheLimits = {
  minSeconds: 30,
  maxSeconds: 900,
  staleIfErrorSeconds: 3600,
  unknownKeyCooldownSeconds: 10,
}

/** Keys are used this long when the issuer doesn't say how long. */
export const UNSTATED_FRESH_SECONDS = 300

const BOUNDS: Readonly<Record<keyof KeyCacheLimits, readonly [number, number]>> = {
  minSeconds: [0, 3600],
  maxSeconds: [1, 86_400],
  staleIfErrorSeconds: [0, 604_800],
  unknownKeyCooldownSeconds: [1, 3600],
}

/** Completes limits with the defaults. @throws VerifyError `options_invalid` */
export function parseKeyCacheLimits(limits: Partial<KeyCacheLimits>): KeyCacheLimits {
  refuseUnknown(limits, BOUNDS, 'keyCache.')
  const complete = { ...DEFAULT_KEY_CACHE_LIMITS, ...limits }
  for (const name of Object.keys(BOUNDS).filter(isLimitName)) {
    const [least, most] = BOUNDS[name]
    const value = complete[name]
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new VerifyError('options_invalid', `keyCache.${name} is not ${least} to ${most}`)
    }
  }
  if (complete.minSeconds > complete.maxSeconds) {
    throw new VerifyError('options_invalid', 'keyCache.minSeconds is more than keyCache.maxSeconds')
  }
  return complete
}

function isLimitName(name: string): name is keyof KeyCacheLimits {
  return Object.hasOwn(BOUNDS, name)
}
