import { describe, expect, it } from 'vitest'
import { type Contestant, compete, type Sample } from './contest.ts'

const OPTIONS = { rounds: 1, isLate: () => false, tell: () => {} }

const SAMPLE: Sample = {
  perSecond: 100,
  cpuUs: 20,
  bareUs: 10,
  p50Ms: 1,
  p99Ms: 2,
  rssMib: 64,
  peakRssMib: 65,
  count: 5,
  noise: { othersPercent: 1, stolenPercent: 0 },
}

function contestant(name: string, measure: Contestant['measure']): Contestant {
  return { part: 'issue', name, algorithm: 'RS256', connections: 16, measure }
}

describe('compete', () => {
  it('takes turns, and brings all rounds together', async () => {
    const turns: string[] = []
    const create = (name: string, cpuUs: readonly number[]) =>
      contestant(name, async round => {
        turns.push(`${name}${round}`)
        return {
          ...SAMPLE,
          cpuUs: cpuUs[round] ?? 0,
          noise: { othersPercent: round, stolenPercent: 0 },
        }
      })
    const { rows } = await compete([create('a', [10, 30, 20]), create('b', [5, 5, 5])], {
      ...OPTIONS,
      rounds: 3,
    })
    expect(turns).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
    expect(rows[0]).toMatchObject({
      cpuUs: { median: 20, min: 10, max: 30 },
      ratio: { median: 2, min: 1, max: 3 },
      count: 15,
      noise: { othersPercent: 2 },
    })
  })

  it('has no ratio where nothing is signed', async () => {
    const { rows } = await compete(
      [contestant('a', async () => ({ ...SAMPLE, bareUs: null, p50Ms: null }))],
      OPTIONS,
    )
    expect(rows[0]).toMatchObject({ bareUs: null, ratio: null, p50Ms: null })
  })

  it('leaves out who fails, whenever it does, and says why', async () => {
    let turns = 0
    const failing = contestant('a', async round => {
      turns += 1
      if (round === 1) throw new Error('refused')
      return SAMPLE
    })
    const { rows, absences } = await compete([failing, contestant('b', async () => SAMPLE)], {
      ...OPTIONS,
      rounds: 3,
    })
    expect(turns).toBe(2)
    expect(rows.map(({ name }) => name)).toEqual(['b'])
    expect(absences).toEqual([
      { part: 'issue', name: 'a, RS256, 16 connections', reason: 'refused' },
    ])
  })

  it('ends in time, with the figures that it has', async () => {
    let measured = 0
    const create = (name: string) =>
      contestant(name, async () => {
        measured += 1
        return SAMPLE
      })
    const { rows, absences } = await compete([create('a'), create('b')], {
      ...OPTIONS,
      rounds: 3,
      isLate: () => measured === 1,
    })
    expect(rows.map(({ name }) => name)).toEqual(['a'])
    expect(absences).toMatchObject([{ part: 'issue', reason: 'the time was up' }])
  })
})
