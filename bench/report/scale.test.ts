import { describe, expect, it } from 'vitest'
import { createLogTicks, createTicks, formatTick } from './scale.ts'

describe('createTicks', () => {
  it.each([
    [100, 5, [0, 20, 40, 60, 80, 100]],
    [101, 5, [0, 50, 100, 150]],
    [0.3, 3, [0, 0.1, 0.2, 0.3]],
    [4321, 4, [0, 2000, 4000, 6000]],
    [1, 1, [0, 1]],
  ])('to %d in about %d steps', (max, count, expected) => {
    expect(createTicks(max, count)).toEqual(expected)
  })

  it.each([0, -1, Number.NaN])('has no axis to %d', max => {
    expect(() => createTicks(max, 5)).toThrow(TypeError)
  })
})

describe('createLogTicks', () => {
  it.each([
    [0.5, 120, [0.1, 1, 10, 100, 1000]],
    [1, 10, [1, 10]],
    [3, 4, [1, 10]],
    [1, 1, [1, 10]],
  ])('from %d to %d', (min, max, expected) => {
    expect(createLogTicks(min, max)).toEqual(expected)
  })

  it('has no axis from nothing', () => {
    expect(() => createLogTicks(0, 10)).toThrow(TypeError)
  })
})

describe('formatTick', () => {
  it.each([
    [0.1, '0.1'],
    [12_000, '12,000'],
    [0, '0'],
  ])('%d', (value, expected) => {
    expect(formatTick(value)).toBe(expected)
  })
})
