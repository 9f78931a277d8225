import { describe, expect, test } from 'vitest'
import { BareRefusal } from '../errors.ts'
import { Admission } from './admission.ts'

const MAX_BODY_BYTES = 1_000_000
const SMALL = 65_536

function refusalOf(attempt: () => void): BareRefusal | null {
  try {
    attempt()
    return null
  } catch (error) {
    if (error instanceof BareRefusal) return error
    throw error
  }
}

describe('the number of calls', () => {
  test('just as many as may are admitted, and one more when one is done', () => {
    const admission = new Admission({ maxRequestsInFlight: 2, maxBodyBytes: MAX_BODY_BYTES })
    const first = admission.admit()
    admission.admit()
    expect(refusalOf(() => admission.admit())).toMatchObject({
      httpStatus: 503,
      headers: { 'retry-after': '1' },
    })
    first.release()
    expect(refusalOf(() => admission.admit())).toBeNull()
    expect(refusalOf(() => admission.admit())?.httpStatus).toBe(503)
  })

  test('null bounds nothing', () => {
    const admission = new Admission({ maxRequestsInFlight: null, maxBodyBytes: MAX_BODY_BYTES })
    for (let count = 0; count < 10_000; count += 1) admission.admit()
  })
})

describe('the memory of bodies', () => {
  const fill = (admission: Admission) =>
    Array.from({ length: 16 }, () => {
      const share = admission.admit()
      share.holdBytes(SMALL + MAX_BODY_BYTES)
      return share
    })

  test('sixteen of the largest fit, and not one byte more', () => {
    const admission = new Admission({ maxRequestsInFlight: null, maxBodyBytes: MAX_BODY_BYTES })
    fill(admission)
    expect(refusalOf(() => admission.admit().holdBytes(SMALL + 1))?.httpStatus).toBe(503)
  })

  test('small bodies find room when large ones hold it all', () => {
    const admission = new Admission({ maxRequestsInFlight: null, maxBodyBytes: MAX_BODY_BYTES })
    fill(admission)
    const share = admission.admit()
    share.holdBytes(SMALL - 1)
    share.holdBytes(1)
    expect(refusalOf(() => share.holdBytes(1))?.httpStatus).toBe(503)
  })

  test('release gives back exactly what was held, also after a refusal', () => {
    const admission = new Admission({ maxRequestsInFlight: null, maxBodyBytes: MAX_BODY_BYTES })
    const shares = fill(admission)
    const refused = admission.admit()
    refused.holdBytes(SMALL)
    refusalOf(() => refused.holdBytes(1))
    refused.release()
    for (const share of shares) share.release()
    fill(admission)
    expect(refusalOf(() => admission.admit().holdBytes(SMALL + 1))?.httpStatus).toBe(503)
  })
})
