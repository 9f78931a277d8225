import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves after so many real milliseconds, or before when it is cut short. */
export type Wait = (delayMs: number) => Promise<void>

/** Waits that a signal cuts short. */
export function waitFor(signal: AbortSignal): Wait {
  return async delayMs => {
    if (signal.aborted) return
    if (Number.isFinite(delayMs)) await sleep(delayMs, null, { signal }).catch(() => undefined)
    else await once(signal, 'abort')
  }
}
