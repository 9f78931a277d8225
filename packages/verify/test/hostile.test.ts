import { describe, expect, it } from 'vitest'
import { countWork, growthOf } from '../../server/src/runtime/test/count-work.ts'
import { parseJsonObject } from '../src/json.ts'
import { readFreshSeconds } from '../src/keys/cache-control.ts'
import { parsePrincipal } from '../src/principal.ts'
import { compilePattern } from '../src/trust/match-pattern.ts'

describe('the work that hostile input makes grows with its length', () => {
  it.each<readonly [string, (length: number) => unknown]>([
    [
      'JSON with many escapes and commas',
      n => parseJsonObject(`{"a":"${'\\"'.repeat(n)}","b":[${'1,'.repeat(n)}1] }`),
    ],
    [
      'JSON with many members',
      n => parseJsonObject(`{ ${Array.from({ length: n }, (_, i) => `"${i}":1`).join(',')} }`),
    ],
    ['JSON of great depth', n => parseJsonObject(`{"a":${'['.repeat(n)}${']'.repeat(n)}}`)],
    [
      'an ARN of many folders',
      n => parsePrincipal(`arn:aws:iam::123456789012:role/${'a/'.repeat(n)}!`),
    ],
    ['an ARN of a long partition', n => parsePrincipal(`arn:aws${'-a'.repeat(n)}!`)],
    ['a header of spaces', n => readFreshSeconds({ get: () => `max-age${' '.repeat(n)}x` })],
    ['a header of commas', n => readFreshSeconds({ get: () => ','.repeat(n) })],
    ['a value for a pattern of many wildcards', n => compilePattern('**a**a**ab')('a'.repeat(n))],
  ])('%s', (_, run) => {
    expect(growthOf(4_000, run)).toBeLessThan(5)
  })

  it.each([
    ['many wildcards', '**a'],
    ['many wildcards in segments', '*a'],
  ])('and with that of a pattern of %s, and no faster', (_, unit) => {
    const pattern = `${unit.repeat(100)}x`
    const value = 'a'.repeat(2000)
    const steps = pattern.length * value.length
    expect(countWork(() => compilePattern(pattern)(value))).toBeLessThan(3 * steps)
  })
})
