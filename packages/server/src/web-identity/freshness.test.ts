import { describe, expect, it } from 'vitest'
import { readFreshSeconds } from './freshness.ts'

describe('readFreshSeconds', () => {
  it.each<[string | null, string | null, number | null]>([
    [null, null, null],
    ['', null, null],
    ['public', '5', null],
    ['max-age=300', null, 300],
    ['public, MAX-AGE=300, must-revalidate', null, 300],
    ['max-age="300"', null, 300],
    ['max-age = 300 ', null, 300],
    ['max-age=300', '100', 200],
    ['max-age=300', '400', 0],
    ['max-age=300', 'soon', 300],
    ['max-age=300, max-age=100', null, 100],
    ['no-store, max-age=300', null, 0],
    ['no-cache', null, 0],
    ['s-maxage=300', null, null],
    ['max-age=-1', null, null],
    ['max-age=1e9', null, null],
    ['max-age=99999999999', null, null],
  ])('reads Cache-Control %j with Age %j as %j', (cacheControl, age, seconds) => {
    expect(readFreshSeconds({ text: '', cacheControl, age })).toBe(seconds)
  })
})
