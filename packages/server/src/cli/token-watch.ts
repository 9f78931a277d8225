import type { Clock } from '../runtime/clock.ts'
import type { RandomSource } from '../runtime/random.ts'
import { CliError } from './cli-error.ts'
import type { ReadyFile } from './ready-file.ts'
import type { TokenFile } from './token-file.ts'
import { chooseRefreshMs, chooseRetryDelayMs } from './token-schedule.ts'
import type { WatchReport } from './watch-report.ts'

/**
 * Timers don't count the time in which a machine sleeps. So the clock is looked at this often at least.
 */
const LONGEST_SLEEP_MS = 30_000

/** A token that has come, in the form in which it is kept. */
export interface FreshToken {
  readonly text: string
  /** RFC 3339. */
  readonly expiration: string
  /** `exp` less `iat`, in seconds. */
  readonly lifeSeconds: number
}

/** A file to keep fresh. */
export interface WatchTarget {
  readonly audience: string
  readonly file: TokenFile
  /** Asks the server. @throws CliError */
  readonly obtain: (signal: AbortSignal) => Promise<FreshToken>
}

/** What watching needs from outside. */
export interface WatchOptions {
  readonly targets: readonly WatchTarget[]
  readonly ready: ReadyFile | null
  readonly report: WatchReport
  readonly clock: Clock
  readonly random: RandomSource
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Whether the source of the AWS credentials may give others later. */
  readonly areCredentialsRenewable: boolean
  /** Ends the watching. */
  readonly stop: AbortSignal
  /** The signal that is aborted when everything is to be refreshed. After that it is another signal. */
  readonly refreshNow: () => AbortSignal
}

/**
 * Keeps every file fresh until it is told to stop. Files don't wait for each other: a refused audience
 * doesn't hold up the others, until it ends the watching of all.
 *
 * Failures that may pass are tried again for ever: the server can't be reached, throttles or has
 * errors, or a file may bring other credentials later. After any other failure it tries again as long
 * as the token in the file is valid, and then ends the watching.
 *
 * @throws CliError with which the first file was given up
 */
export async function watchTokens(options: WatchOptions): Promise<void> {
  const giveUp = new AbortController()
  const stop = AbortSignal.any([options.stop, giveUp.signal])
  const outcomes = await Promise.allSettled(
    options.targets.map(async target => {
      try {
        await keepFresh(target, { ...options, stop })
      } catch (error) {
        giveUp.abort()
        throw error
      }
    }),
  )
  options.ready?.clear()
  const failed = outcomes.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

async function keepFresh(target: WatchTarget, options: WatchOptions): Promise<void> {
  const { clock, random, report, ready, stop } = options
  let validUntilMs: number | null = null
  let hasHeld = false
  let failures = 0
  while (!stop.aborted) {
    // It is read before the request, because a demand for fresh tokens that arrives during the request
    // needs another one.
    const refreshNow = options.refreshNow()
    const askedAtMs = clock.nowMs()
    let dueMs: number
    try {
      const fresh = await target.obtain(stop)
      if (stop.aborted) return
      validUntilMs = putInPlace(target, fresh, clock.nowMs())
      hasHeld = true
      failures = 0
      dueMs = chooseRefreshMs({ askedAtMs, lifeSeconds: fresh.lifeSeconds }, chooseFraction(random))
      ready?.setValidUntil(target.file.path, validUntilMs)
      report.written(target, { validUntilMs, dueMs })
    } catch (error) {
      if (stop.aborted) return
      const isValid = validUntilMs !== null && clock.nowMs() < validUntilMs
      if (!(error instanceof CliError)) throw error
      if (!isWorthAnotherTry(error, { isValid, hasHeld }, options)) throw error
      failures += 1
      const delayMs = chooseRetryDelayMs(failures, chooseFraction(random))
      dueMs = clock.nowMs() + delayMs
      report.failed(target, { error, delayMs, validUntilMs })
    }
    validUntilMs = await waitUntil(dueMs, { target, validUntilMs, refreshNow, options })
    if (refreshNow.aborted) failures = 0
  }
}

/** @returns when the token ends @throws CliError when it is none, has ended, or can't be written */
function putInPlace({ file }: WatchTarget, fresh: FreshToken, nowMs: number): number {
  const validUntilMs = Date.parse(fresh.expiration)
  if (!(validUntilMs > nowMs && fresh.lifeSeconds > 0)) {
    const message = `The server gave a token that has ended at ${fresh.expiration} by the clock of this machine. Is one of both clocks wrong?`
    throw new CliError('refused', message)
  }
  file.replace(fresh.text)
  return validUntilMs
}

/** Sleeps until an instant. When the token in the file ends before that, it reports this. */
async function waitUntil(
  dueMs: number,
  wait: {
    readonly target: WatchTarget
    readonly validUntilMs: number | null
    readonly refreshNow: AbortSignal
    readonly options: WatchOptions
  },
): Promise<number | null> {
  const { target, refreshNow, options } = wait
  const { clock, sleep, stop, report, ready } = options
  const wake = AbortSignal.any([stop, refreshNow])
  let { validUntilMs } = wait
  for (;;) {
    const nowMs = clock.nowMs()
    if (validUntilMs !== null && nowMs >= validUntilMs) {
      ready?.setValidUntil(target.file.path, null)
      report.expired(target)
      validUntilMs = null
    }
    if (nowMs >= dueMs || wake.aborted) return validUntilMs
    const nextMs = Math.min(dueMs, validUntilMs ?? dueMs, nowMs + LONGEST_SLEEP_MS)
    await sleep(nextMs - nowMs, wake)
  }
}

/**
 * Whether a retry may help. While the file has a valid token, every failure that is not hopeless counts
 * as temporary. A source that has given credentials once may do so again.
 */
function isWorthAnotherTry(
  { reason, details: { httpStatus, code } }: CliError,
  { isValid, hasHeld }: { readonly isValid: boolean; readonly hasHeld: boolean },
  { areCredentialsRenewable }: WatchOptions,
): boolean {
  if (reason === 'usage') return false
  if (reason === 'credentials') return areCredentialsRenewable && hasHeld
  if (isValid || reason === 'unreachable') return true
  return (typeof httpStatus === 'number' && httpStatus >= 500) || code === 'Throttling'
}

/** From 0 to 1. */
function chooseFraction(random: RandomSource): number {
  return Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32
}
