import { describe, expect, test } from 'vitest'
import { BareRefusal } from '../errors.ts'
import { MemoryBudget } from '../runtime/memory-budget.ts'
import { Admission } from './admission.ts'

const MAX_BODY_BYTES = 1_000_000
const SMALL = 65_536
const NEVER = () => {
  throw new Error('nobody is given up')
}

function refusalOf(attempt: () => void): BareRefusal | null {
  try {
    attempt()
    return null
  } catch (error) {
    if (error instanceof BareRefusal) return error
    throw error
  }
}

function createAdmission(
  limits: { readonly maxRequestsInFlight?: number; readonly maxUnfinishedBytes?: number } = {},
) {
  let outside = 0
  const admission = new Admission({
    limits: {
      ...{ maxRequestsInFlight: 1000, maxWaitMs: 100, maxUnfinishedBytes: 100 * SMALL },
      ...limits,
    },
    memory: new MemoryBudget(16 * MAX_BODY_BYTES),
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
    const first = admission.open(NEVER)
    expect(
      [first, admission.open(NEVER), admission.open(NEVER)].map(share => share.start()),
    ).toEqual([true, true, false])
    expect(admission.statistics()).toMatchObject({ inFlight: 2, refusedForLoad: 1 })
    first.release()
    expect([admission.open(NEVER), admission.open(NEVER)].map(share => share.start())).toEqual([
      true,
      false,
    ])
  })

  test('who has sent nothing yet, and who was refused, takes no place', () => {
    const { admission } = createAdmission({ maxRequestsInFlight: 1 })
    const shares = Array.from({ length: 100 }, () => admission.open(NEVER))
    expect(shares.map(share => share.start()).filter(Boolean)).toHaveLength(1)
    for (const share of shares) share.release()
    expect(admission.statistics()).toMatchObject({ inFlight: 0, refusedForLoad: 99 })
    expect(admission.open(NEVER).start()).toBe(true)
  })

  test('who waits for a server elsewhere keeps nobody out', () => {
    const { admission, waitOutside } = createAdmission({ maxRequestsInFlight: 1 })
    expect(admission.open(NEVER).start()).toBe(true)
    expect(admission.open(NEVER).start()).toBe(false)
    waitOutside(1)
    expect(admission.open(NEVER).start()).toBe(true)
    expect(admission.open(NEVER).start()).toBe(false)
  })
})

describe('the memory of bodies', () => {
  const fill = (admission: Admission) =>
    Array.from({ length: 16 }, () => {
      const share = admission.open(NEVER)
      share.holdBytes(SMALL + MAX_BODY_BYTES)
      return share
    })

  test('sixteen of the largest fit, and not one byte more', () => {
    const { admission } = createAdmission()
    fill(admission)
    expect(refusalOf(() => admission.open(NEVER).holdBytes(SMALL + 1))?.httpStatus).toBe(503)
  })

  test('small bodies find room when large ones hold it all', () => {
    const { admission } = createAdmission()
    fill(admission)
    const share = admission.open(NEVER)
    share.holdBytes(SMALL - 1)
    share.holdBytes(1)
    expect(refusalOf(() => share.holdBytes(1))?.httpStatus).toBe(503)
  })

  test('release gives back exactly what was held, also after a refusal', () => {
    const { admission } = createAdmission()
    const shares = fill(admission)
    const refused = admission.open(NEVER)
    refused.holdBytes(SMALL)
    refusalOf(() => refused.holdBytes(1))
    refused.release()
    for (const share of shares) share.release()
    fill(admission)
    expect(refusalOf(() => admission.open(NEVER).holdBytes(SMALL + 1))?.httpStatus).toBe(503)
  })
})

describe('the memory of small bodies that are still being sent', () => {
  function openMany(admission: Admission, bytes: readonly number[]) {
    const givenUp: number[] = []
    const shares = bytes.map((count, index) => {
      const share = admission.open(refusal => {
        expect(refusal.httpStatus).toBe(503)
        givenUp.push(index)
      })
      share.holdBytes(count)
      return share
    })
    return { shares, givenUp }
  }

  test('has a bound; beyond, those that began first are given up', () => {
    const { admission } = createAdmission({ maxUnfinishedBytes: 100 })
    const { shares, givenUp } = openMany(admission, [40, 30, 30])
    expect(givenUp).toEqual([])
    shares[2]?.holdBytes(1)
    expect(givenUp).toEqual([0])
    shares[1]?.holdBytes(39)
    expect(givenUp).toEqual([0])
    shares[1]?.holdBytes(1)
    expect(givenUp).toEqual([0, 1])
    expect(admission.statistics()).toMatchObject({ refusedForMemory: 2, inFlight: 0 })
  })

  test('may be needed of one that holds too much alone', () => {
    const { admission } = createAdmission({ maxUnfinishedBytes: 100 })
    const { givenUp } = openMany(admission, [101])
    expect(givenUp).toEqual([0])
    expect(openMany(admission, [100]).givenUp).toEqual([])
  })

  test('counts no body that is read to its end, nor what is released', () => {
    const { admission } = createAdmission({ maxUnfinishedBytes: 100 })
    const { shares, givenUp } = openMany(admission, [50, 50])
    expect(shares[0]?.start()).toBe(true)
    shares[1]?.release()
    expect(openMany(admission, [100]).givenUp).toEqual([])
    expect(givenUp).toEqual([])
  })

  test('is that of the free part alone: the rest has a bound of its own', () => {
    const { admission } = createAdmission({ maxUnfinishedBytes: SMALL })
    expect(openMany(admission, [MAX_BODY_BYTES]).givenUp).toEqual([])
  })
})

test('the memory of a body that is dropped is there for others, and is not given back twice', () => {
  const { admission } = createAdmission()
  const shares = Array.from({ length: 16 }, () => {
    const share = admission.open(NEVER)
    share.holdBytes(SMALL + MAX_BODY_BYTES)
    share.start()
    return share
  })
  const isFull = () => refusalOf(() => admission.open(NEVER).holdBytes(SMALL + 1)) !== null
  expect(isFull()).toBe(true)
  shares[0]?.dropBody()
  const another = admission.open(NEVER)
  another.holdBytes(SMALL + MAX_BODY_BYTES)
  shares[0]?.release()
  expect(isFull()).toBe(true)
  expect(admission.statistics().inFlight).toBe(15)
})
