/** A token is replaced after this part of its life at the earliest, so that failures have time to pass. */
const EARLIEST_FRACTION = 0.6

/** The latest part of its life at which it is replaced, unless there are failures. */
const LATEST_FRACTION = 0.8

const FIRST_DELAY_MS = 1000

/** The longest wait between two tries. */
const MAX_DELAY_MS = 60_000

/** Times in the life of a token; seconds as in its claims. */
export interface TokenLife {
  /** The instant at which it was asked for, by the clock of this machine. */
  readonly askedAtMs: number
  /** `exp` less `iat`, which doesn't depend on whether both machines agree about the time. */
  readonly lifeSeconds: number
}

/** When to replace a token: at a random part of its life, so that many helpers don't ask at once. */
export function chooseRefreshMs({ askedAtMs, lifeSeconds }: TokenLife, random: number): number {
  const fraction = EARLIEST_FRACTION + (LATEST_FRACTION - EARLIEST_FRACTION) * random
  return askedAtMs + Math.floor(lifeSeconds * 1000 * fraction)
}

/**
 * How long to wait after the nth failure in a row, from 1: 1, 2, 4, … 60 s, of which a random half is
 * left out, so that many helpers don't come back to a restarted server at once.
 */
export function chooseRetryDelayMs(failures: number, random: number): number {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 30))
  return Math.floor(full * (0.5 + 0.5 * random))
}
