import { describe, expect, it } from 'vitest'
import { parseJsonObject } from '../src/json.ts'
import { readFreshSeconds } from '../src/keys/cache-control.ts'
import { parsePrincipal } from '../src/principal.ts'
import { compilePattern } from '../src/trust/match-pattern.ts'

describe('hostile input is answered soon', () => {
  it.each<readonly [string, () => unknown]>([
    [
      'JSON with many escapes and commas',
      () => parseJsonObject(`{"a":"${'\\"'.repeat(50_000)}","b":[${'1,'.repeat(50_000)}1] }`),
    ],
    [
      'JSON of great depth',
      () => parseJsonObject(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
    ],
    [
      'an ARN of many folders',
      () => parsePrincipal(`arn:aws:iam::123456789012:role/${'a/'.repeat(7000)}!`),
    ],
    ['an ARN of a long partition', () => parsePrincipal(`arn:aws${'-a'.repeat(7000)}!`)],
    ['a header of spaces', () => readFreshSeconds({ get: () => `max-age${' '.repeat(20_000)}x` })],
    [
      'a pattern of many wildcards',
      () => compilePattern(`${'**a'.repeat(100)}x`)('a'.repeat(2000)),
    ],
    [
      'a pattern of many wildcards in segments',
      () => compilePattern(`${'*a'.repeat(100)}x`)('a'.repeat(2000)),
    ],
  ])('%s', (_, run) => {
    const startedAtMs = performance.now()
    run()
    expect(performance.now() - startedAtMs).toBeLessThan(2000)
  })
})
