import { describe, expect, it } from 'vitest'
import { median, percentile, summarize } from './statistics.ts'

describe('median', () => {
  it.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  it('of nothing is no number', () => {
    expect(median([])).toBeNaN()
  })
})

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)

  it.each([
    [hundred, 0.5, 50],
    [hundred, 0.99, 99],
    [hundred, 1, 100],
    [hundred, 0, 1],
    [[7], 0.99, 7],
    [[1, 2], 0.5, 1],
  ])('%#', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected)
  })

  it('of nothing is no number', () => {
    expect(percentile([], 0.5)).toBeNaN()
  })
})

describe('summarize', () => {
  it('gives the middle and both ends', () => {
    expect(summarize([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 })
  })

  it.each([[[]], [[1, Number.NaN]]])('refuses %j', values => {
    expect(() => summarize(values)).toThrow(TypeError)
  })
})
