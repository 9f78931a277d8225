import { SIGNING_ALGORITHM_NAMES } from '../principals/algorithms.ts'
import type { Config } from './config.ts'
import { formatDuration, parseDuration } from './durations.ts'
import { findSlowestLagMs } from './publish-rules.ts'

/** The times in the life of a signing key. */
export interface KeyTimes {
  /** 0: keys are rotated by command alone. */
  readonly rotateEveryMs: number
  readonly publishBeforeMs: number
  readonly keepAfterMs: number
}

type KeySettings = Pick<Config, 'issuer' | 'keys' | 'publish'>

/** Longest life of a token (aws-wire §1.1). */
const LONGEST_TOKEN_MS = 3600_000
/** How far the clocks of verifiers may be behind: what `@credence/verify` and others allow, and room. */
const CLOCK_MS = 300_000
/** How late a document that this server answers with can be at a verifier, beyond its max-age. */
const DELIVERY_MS = 60_000
/** Verifiers take no sets of more keys (docs/relying-parties/verify.md). */
const MOST_PUBLISHED_KEYS = 64
const ALGORITHMS = SIGNING_ALGORITHM_NAMES.length

const USUAL_PUBLISH_BEFORE_MS = 24 * 3600_000
const USUAL_KEEP_AFTER_MS = 48 * 3600_000

/** The times of signing keys, also those that are not set. */
export function findKeyTimes(settings: KeySettings): KeyTimes {
  const { issuer, keys } = settings
  const rotateEveryMs = parseDuration(keys.rotateEvery) ?? 0
  const every = rotateEveryMs === 0 ? Number.POSITIVE_INFINITY : rotateEveryMs
  const { least: leastPublished } = leastPublishBefore(settings)
  const { least: leastKept } = leastKeepAfter(issuer)
  return {
    rotateEveryMs,
    publishBeforeMs:
      read(keys.publishBefore) ?? clamp(every / 2, leastPublished, USUAL_PUBLISH_BEFORE_MS),
    keepAfterMs: read(keys.keepAfter) ?? clamp(2 * every, leastKept, USUAL_KEEP_AFTER_MS),
  }
}

/** Which times contradict each other, with the sums, by the setting that is to be changed. */
export function findKeyFaults(settings: KeySettings): ReadonlyMap<string, string> {
  const { issuer } = settings
  const { rotateEveryMs, publishBeforeMs, keepAfterMs } = findKeyTimes(settings)
  const publish = leastPublishBefore(settings)
  const keep = leastKeepAfter(issuer)
  const faults = new Map<string, string>()
  if (publishBeforeMs < publish.least) {
    faults.set(
      'keys.publishBefore',
      `must be at least ${formatDuration(publish.least)}: ${publish.sum}; verifiers that have not read the new key would refuse its tokens`,
    )
  }
  if (keepAfterMs < keep.least) {
    faults.set(
      'keys.keepAfter',
      `must be at least ${formatDuration(keep.least)}: ${keep.sum}; tokens that are still good would be refused`,
    )
  }
  if (rotateEveryMs === 0) return faults
  if (rotateEveryMs < publishBeforeMs) {
    faults.set(
      'keys.rotateEvery',
      `must be 0 or at least ${formatDuration(publishBeforeMs)}, \`keys.publishBefore\`: the next key is made when one begins to sign, and is published that long before it follows`,
    )
    return faults
  }
  // What signs, what stands by, and what has signed within the time for which it is kept.
  const each = 2 + Math.ceil(keepAfterMs / (rotateEveryMs * (1 - 1 / 10)))
  if (ALGORITHMS * each > MOST_PUBLISHED_KEYS) {
    faults.set(
      'keys.rotateEvery',
      `makes sets of ${ALGORITHMS * each} keys while \`keys.keepAfter\` is ${formatDuration(keepAfterMs)}, and verifiers take ${MOST_PUBLISHED_KEYS}: keep them for a shorter time, or rotate less often`,
    )
  }
  return faults
}

/**
 * How long what has signed must at least be there for verifiers afterwards: the key, or the name. In ms.
 */
export function findLeastKeptMs({ issuer }: Pick<Config, 'issuer'>): number {
  return leastKeepAfter(issuer).least
}

function leastPublishBefore(settings: Pick<Config, 'issuer' | 'publish'>) {
  const { cacheMaxAgeSeconds } = settings.issuer
  const lagMs = findSlowestLagMs(settings)
  const usual = `${cacheMaxAgeSeconds} s of \`issuer.cacheMaxAgeSeconds\``
  const least = cacheMaxAgeSeconds * 1000 + DELIVERY_MS
  if (lagMs === 0) return { least, sum: `${usual} and 60 s on the way` }
  const lag = `${lagMs / 1000} s of the largest \`maxLag\` in \`publish.targets\``
  return { least: least + lagMs, sum: `${usual}, 60 s on the way and ${lag}` }
}

function leastKeepAfter({ cacheMaxAgeSeconds }: Config['issuer']) {
  return {
    least: LONGEST_TOKEN_MS + cacheMaxAgeSeconds * 1000 + CLOCK_MS,
    sum: `3600 s of the longest token, ${cacheMaxAgeSeconds} s of \`issuer.cacheMaxAgeSeconds\` and 300 s between clocks`,
  }
}

function read(text: string | null): number | null {
  return text === null ? null : parseDuration(text)
}

/** Whole milliseconds: at least `least`, and otherwise at most `usual`. */
function clamp(wantedMs: number, least: number, usual: number): number {
  return Math.max(least, Math.floor(Math.min(wantedMs, usual)))
}
