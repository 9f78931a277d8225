import { ServiceError } from '../errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { WireAnswer } from '../wire/message.ts'
import { formatErrorAnswer } from './answer.ts'
import { CallRecord } from './call-record.ts'

/** AWS's text, whichever limit it was (aws-wire §7.3, §8). SDKs wait and repeat. */
export function rateExceeded(): ServiceError {
  return new ServiceError('Throttling', 'Rate exceeded')
}

/**
 * The answer to a call that is refused before it is looked at: nobody knows yet which operation it is
 * or who asks, so it is in the metrics and not in the audit (docs/decisions/0096).
 */
export function createOverloadAnswer(parts: {
  readonly clock: Clock
  readonly random: RandomSource
  readonly sealer: Sealer
  /** The region that calls without one count as. */
  readonly homeRegion: string
}): () => WireAnswer {
  const { clock, random, sealer, homeRegion } = parts
  return () => {
    const ids = { requestId: random.uuid(), nowMs: clock.nowMs() }
    const record = new CallRecord({ ...ids, sourceIp: '', homeRegion })
    return formatErrorAnswer(record, rateExceeded(), sealer)
  }
}
