import { describe, expect, it } from 'vitest'
import { VerifyError } from './errors.ts'
import { formatCause } from './format-cause.ts'

const coded = (message: string, code: unknown) => Object.assign(new Error(message), { code })
const refused = (address: string) => coded(`connect ECONNREFUSED ${address}`, 'ECONNREFUSED')
const failed = (cause: unknown) => new TypeError('fetch failed', { cause })
const loop = new Error('a')
loop.cause = new Error('b', { cause: loop })
const nested = (depth: number): Error =>
  new Error(`${depth}`, depth === 9 ? {} : { cause: nested(depth + 1) })

describe('formatCause', () => {
  it.each<readonly [string, unknown, string]>([
    ['an error alone', new Error('down'), 'down'],
    [
      'a refused connection',
      failed(refused('127.0.0.1:9')),
      'fetch failed: connect ECONNREFUSED 127.0.0.1:9',
    ],
    [
      'several addresses that were tried',
      failed(
        Object.assign(new AggregateError([refused('::1:9'), refused('127.0.0.1:9')]), {
          code: 'ECONNREFUSED',
        }),
      ),
      'fetch failed: ECONNREFUSED: connect ECONNREFUSED ::1:9: connect ECONNREFUSED 127.0.0.1:9',
    ],
    [
      'several addresses, and nothing said of them',
      failed(new AggregateError([refused('::1:9')])),
      'fetch failed: connect ECONNREFUSED ::1:9',
    ],
    [
      'a certificate',
      failed(coded('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT')),
      'fetch failed: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    ['a code that is a number', coded('aborted', 20), 'aborted'],
    ['a refusal of this package', new VerifyError('fetch_failed', 'x', { cause: loop }), 'x'],
    [
      'a refusal of this package as cause',
      new Error('y', { cause: new VerifyError('fetch_failed', 'x', { cause: loop }) }),
      'y: x',
    ],
    ['the same said twice', new Error('a', { cause: new Error('a') }), 'a'],
    ['an error that is its own cause', loop, 'a: b'],
    ['many causes', nested(1), '1: 2: 3: 4: 5'],
    ['a cause that is no error', new Error('a', { cause: 'secret' }), 'a'],
    ['one of several that is no error', new AggregateError(['x', new Error('b')], 'a'), 'a: b'],
    ['no error', 'secret', 'unknown reason'],
    ['nothing', undefined, 'unknown reason'],
    ['an error without a message', new Error(''), 'unknown reason'],
    [
      'a message of several lines',
      new Error('a\r\nb\u2028c\u2029d\u0000\u202ee\u{1f600}'),
      'a b c d e\u{1f600}',
    ],
    ['the longest line', new Error('x'.repeat(500)), 'x'.repeat(500)],
    ['a longer one', new Error('x'.repeat(501)), `${'x'.repeat(500)}…`],
    ['a character cut in two', new Error(`${'x'.repeat(499)}\u{1f600}`), `${'x'.repeat(499)} …`],
  ])('of %s', (_, cause, line) => {
    expect(formatCause(cause)).toBe(line)
  })
})
