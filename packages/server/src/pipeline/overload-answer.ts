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
}): () => WireAnswer {
  const { clock, random, sealer } = parts
  return () => {
    const record = new CallRecord({ requestId: random.uuid(), nowMs: clock.nowMs(), sourceIp: '' })
    return formatErrorAnswer(record, rateExceeded(), sealer)
  }
}
