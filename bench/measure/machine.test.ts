import { describe, expect, it } from 'vitest'
import { computeNoise, parseMachineTime } from './machine.ts'

describe('parseMachineTime', () => {
  it('adds up what is work, without idle time and without guests a second time', () => {
    const stat = 'cpu  100 10 50 9999 77 5 5 20 40 4\ncpu0 1 1 1 1 1 1 1 1 1 1\n'
    expect(parseMachineTime(stat)).toEqual({ busy: 1700, stolen: 200 })
  })
})

describe('computeNoise', () => {
  const span = { before: { busy: 1000, stolen: 0 }, elapsedMs: 1000, cores: 2 }

  it('is what is left of the work of all cores', () => {
    const after = { busy: 2500, stolen: 100 }
    expect(computeNoise({ ...span, after, ownCpuMs: 1000 })).toEqual({
      othersPercent: 25,
      stolenPercent: 5,
    })
  })

  it('is never negative, though clocks tick coarsely', () => {
    const after = { busy: 2000, stolen: 0 }
    expect(computeNoise({ ...span, after, ownCpuMs: 1010 }).othersPercent).toBe(0)
  })
})
