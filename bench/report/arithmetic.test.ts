import { describe, expect, it } from 'vitest'
import { computeRate, computeSystemCost, countCores, planCells } from './arithmetic.ts'

describe('countCores', () => {
  it.each([
    [20_000, 300, 10],
    [20_001, 300, 11],
    [1, 300, 1],
  ])('%d tokens/s of %d µs: %d', (rate, cpuUs, cores) => {
    expect(countCores(rate, cpuUs)).toBe(cores)
  })

  it('is never less than the rate needs', () => {
    for (const cores of [1, 7, 64]) {
      expect(countCores(computeRate(cores, 300), 300)).toBeLessThanOrEqual(cores)
      expect(countCores(computeRate(cores, 300) + 1, 300)).toBeGreaterThan(cores)
    }
  })
})

describe('planCells', () => {
  it('has one replica more in each cell than the rate needs', () => {
    const plan = planCells(1_000_000, 300, { coresPerReplica: 16, replicasPerCell: 9 })
    expect(plan).toEqual({ tokensPerReplica: 32_000, cells: 4, replicas: 36 })
    expect(plan.tokensPerReplica * (plan.replicas - plan.cells)).toBeGreaterThanOrEqual(1_000_000)
  })
})

describe('computeSystemCost', () => {
  it('adds one signature and all verifications', () => {
    expect(computeSystemCost({ signUs: 300, verifyUs: 30 }, 10)).toBe(600)
  })
})
