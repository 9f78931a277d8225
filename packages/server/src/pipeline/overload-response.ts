import { ServiceError } from '../errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { WireResponse } from '../wire/message.ts'
import { CallRecord } from './call-record.ts'
import { formatErrorResponse } from './response.ts'

/** AWS's text, which is the same for every limit (aws-wire §7.3, §8). SDKs wait and repeat the call. */
export function rateExceeded(): ServiceError {
  return new ServiceError('Throttling', 'Rate exceeded')
}

/**
 * The answer to a call that is refused before it is looked at. At that point neither the operation nor
 * the caller is known. So the call is counted in the metrics, and the audit has no event for it
 * (docs/decisions/0096).
 */
export function createOverloadResponse(parts: {
  readonly clock: Clock
  readonly random: RandomSource
  readonly sealer: Sealer
  /** The region of calls that name none. */
  readonly homeRegion: string
}): () => WireResponse {
  const { clock, random, sealer, homeRegion } = parts
  return () => {
    const ids = { requestId: random.uuid(), nowMs: clock.nowMs() }
    const record = new CallRecord({ ...ids, sourceIp: '', homeRegion })
    return formatErrorResponse(record, rateExceeded(), sealer)
  }
}
