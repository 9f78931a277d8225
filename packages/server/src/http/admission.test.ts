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

function createAdmission(limits: { maxRequestsInFlight?: number } = {}) {
  let outside = 0
  const admission = new Admission({
    limits: { maxRequestsInFlight: 1000, maxWaitMs: 100, maxBodyBytes: MAX_BODY_BYTES, ...limits },
    elapsedMs: () => 0,
    countWaitingOutside: () => outside,
  })
  return {
    admission,
    waitOutside(count: number) {
      outside = count
    },
  }
}

describe('the number of calls', () => {
  test('just as many as may are worked on, and one more when one is done', () => {
    const { admission } = createAdmission({ maxRequestsInFlight: 2 })
    const first = admission.open()
    expect([first, admission.open(), admission.open()].map(share => share.start())).toEqual([
      true,
      true,
      false,
    ])
    expect(admission.statistics()).toMatchObject({ inFlight: 2, refusedForLoad: 1 })
    first.release()
    expect([admission.open(), admission.open()].map(share => share.start())).toEqual([true, false])
  })

  test('who has sent nothing yet, and who was refused, takes no place', () => {
    const { admission } = createAdmission({ maxRequestsInFlight: 1 })
    const shares = Array.from({ length: 100 }, () => admission.open())
    expect(shares.map(share => share.start()).filter(Boolean)).toHaveLength(1)
    for (const share of shares) share.release()
    expect(admission.statistics()).toMatchObject({ inFlight: 0, refusedForLoad: 99 })
    expect(admission.open().start()).toBe(true)
  })

  test('who waits for a server elsewhere keeps nobody out', () => {
    const { admission, waitOutside } = createAdmission({ maxRequestsInFlight: 1 })
    expect(admission.open().start()).toBe(true)
    expect(admission.open().start()).toBe(false)
    waitOutside(1)
    expect(admission.open().start()).toBe(true)
    expect(admission.open().start()).toBe(false)
  })
})

describe('the memory of bodies', () => {
  const fill = (admission: Admission) =>
    Array.from({ length: 16 }, () => {
      const share = admission.open()
      share.holdBytes(SMALL + MAX_BODY_BYTES)
      return share
    })

  test('sixteen of the largest fit, and not one byte more', () => {
    const { admission } = createAdmission()
    fill(admission)
    expect(refusalOf(() => admission.open().holdBytes(SMALL + 1))?.httpStatus).toBe(503)
  })

  test('small bodies find room when large ones hold it all', () => {
    const { admission } = createAdmission()
    fill(admission)
    const share = admission.open()
    share.holdBytes(SMALL - 1)
    share.holdBytes(1)
    expect(refusalOf(() => share.holdBytes(1))?.httpStatus).toBe(503)
  })

  test('release gives back exactly what was held, also after a refusal', () => {
    const { admission } = createAdmission()
    const shares = fill(admission)
    const refused = admission.open()
    refused.holdBytes(SMALL)
    refusalOf(() => refused.holdBytes(1))
    refused.release()
    for (const share of shares) share.release()
    fill(admission)
    expect(refusalOf(() => admission.open().holdBytes(SMALL + 1))?.httpStatus).toBe(503)
  })
})
