import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFreshSeconds } from './cache-control.ts'

const read = (cacheControl?: string, age?: string): number | null => {
  const headers = new Headers()
  if (cacheControl !== undefined) headers.set('cache-control', cacheControl)
  if (age !== undefined) headers.set('age', age)
  return readFreshSeconds(headers)
}

describe('readFreshSeconds', () => {
  it.each([
    [undefined, undefined, null],
    ['', undefined, null],
    ['public', undefined, null],
    ['max-age=300', undefined, 300],
    ['public, max-age=300, must-revalidate', undefined, 300],
    ['PUBLIC,MAX-AGE=300', undefined, 300],
    ['max-age="300"', undefined, 300],
    [' max-age=300 ', undefined, 300],
    ['max-age = 300', undefined, 300],
    ['xmax-age=300', undefined, null],
    ['max-age=300x', undefined, null],
    ['max-age=0', undefined, 0],
    ['max-age=0300', undefined, 300],
    ['max-age=9999999999', undefined, 9_999_999_999],
    ['max-age=99999999999', undefined, null],
    ['max-age', undefined, null],
    ['max-age=', undefined, null],
    ['max-age=-1', undefined, null],
    ['max-age=1.5', undefined, null],
    ['max-age=5 minutes', undefined, null],
    ['s-maxage=300', undefined, null],
    ['no-store', undefined, 0],
    ['no-cache', undefined, 0],
    ['no-store, max-age=300', undefined, 0],
    ['max-age=300, no-cache', undefined, 0],
    ['max-age=300, max-age=60', undefined, 60],
    ['max-age=60, max-age=300', undefined, 60],
    ['max-age=x, max-age=60', undefined, 60],
    ['max-age=300', '100', 200],
    ['max-age=300', '300', 0],
    ['max-age=300', '301', 0],
    ['max-age=300', 'x', 300],
    ['max-age=300', '-5', 300],
    ['max-age=300', '60x', 300],
    ['max-age=300', '', 300],
    [undefined, '100', null],
    ['public', '100', null],
  ])('Cache-Control %j, Age %j: %j', (cacheControl, age, seconds) => {
    expect(read(cacheControl, age)).toBe(seconds)
  })

  it('answers null or a time that is not negative, whatever the headers', () => {
    const get = (value: string) => ({ get: () => value })
    fc.assert(
      fc.property(fc.string(), text => {
        const seconds = readFreshSeconds(get(text))
        expect(seconds === null || (Number.isSafeInteger(seconds) && seconds >= 0)).toBe(true)
      }),
    )
  })
})
