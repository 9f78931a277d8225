import { VerifyError } from './errors.ts'
import { type Names, refuseUnknown } from './refuse-unknown.ts'

/** What makes a token unique: `jti` is unique per issuer. */
export interface TokenUse {
  readonly issuer: string
  readonly tokenId: string
  /**
   * Until then the use must be remembered; afterwards the token is refused anyway, for its `exp` or for
   * its age.
   */
  readonly rememberUntilMs: number
}

/**
 * Remembers which tokens were used. A port: several processes need a shared one, on Redis
 * (`SET key 1 NX PXAT`) or SQL (an insert that a unique index refuses).
 */
export interface ReplayStore {
  /**
   * Records the use in one atomic step.
   *
   * @returns whether it is the first. Throwing refuses the token.
   */
  recordUse(use: TokenUse): boolean | Promise<boolean>
}

/** Bounds of {@link createMemoryReplayStore}. */
export interface MemoryReplayOptions {
  /** How many unexpired tokens can be remembered; further ones are refused. */
  readonly maxEntries: number
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number
}

const OPTION_NAMES: Names<MemoryReplayOptions> = { maxEntries: true, nowMs: true }

/**
 * Remembers in this process alone. When it is full it refuses rather than forgets. If it forgot,
 * somebody who sends enough tokens could replay an older one.
 */
export function createMemoryReplayStore(options: MemoryReplayOptions): ReplayStore {
  refuseUnknown(options, OPTION_NAMES)
  const { maxEntries, nowMs = Date.now } = options
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new VerifyError('options_invalid', 'maxEntries is not a whole number of at least 1')
  }
  const rememberedUntilMs = new Map<string, number>()
  let nextExpiryMs = Number.POSITIVE_INFINITY

  const forgetExpired = (): void => {
    nextExpiryMs = Number.POSITIVE_INFINITY
    for (const [key, untilMs] of rememberedUntilMs) {
      if (untilMs <= nowMs()) rememberedUntilMs.delete(key)
      else nextExpiryMs = Math.min(nextExpiryMs, untilMs)
    }
  }

  return {
    recordUse: ({ issuer, tokenId, rememberUntilMs }) => {
      const key = JSON.stringify([issuer, tokenId])
      if ((rememberedUntilMs.get(key) ?? 0) > nowMs()) return false
      // Looking through all entries is only worth it when one of them has surely expired.
      if (rememberedUntilMs.size >= maxEntries && nextExpiryMs <= nowMs()) forgetExpired()
      if (rememberedUntilMs.size >= maxEntries) {
        throw new VerifyError('replay_unavailable', `${maxEntries} used tokens are remembered`)
      }
      rememberedUntilMs.set(key, rememberUntilMs)
      nextExpiryMs = Math.min(nextExpiryMs, rememberUntilMs)
      return true
    },
  }
}
