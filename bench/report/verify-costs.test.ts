import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseVerifyCosts } from './verify-costs.ts'

const RESULTS = join(import.meta.dirname, '..', 'results', 'verify.md')

describe('parseVerifyCosts', () => {
  it('finds both algorithms in the results of bench/verify', () => {
    const { RS256, ES384 } = parseVerifyCosts(readFileSync(RESULTS, 'utf8'))
    expect(RS256).toBeGreaterThan(1)
    expect(ES384).toBeGreaterThan(RS256 ?? 0)
  })

  it('does not take the row of another table', () => {
    const table = (algorithm: string, cost: string) =>
      `## ${algorithm}, every token new, one at a time\n\n| @credence/verify | 1 | 1–1 | ${cost} | 1 |\n`
    expect(parseVerifyCosts(`${table('RS256', '29.0')}\n${table('ES384', '603.5')}`)).toEqual({
      RS256: 29,
      ES384: 603.5,
    })
    expect(() =>
      parseVerifyCosts(`## RS256, every token new, one at a time\n\n${table('ES384', '1')}`),
    ).toThrow('no cost of verifying RS256')
  })
})
