/** Hostile bodies cost work in proportion to their size; work is counted, not timed. */
import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../errors.ts'
import { countWork } from '../../runtime/test/count-work.ts'
import { integer, list, optional, required, string, structure } from '../../shapes/shape.ts'
import { MAX_MESSAGE_LENGTH, MAX_PRINTED_LENGTH } from './format-violations.ts'
import { parseParameters, readParameterText } from './parse-parameters.ts'
import { readInput } from './read-input.ts'

const SHAPE = structure('Request', {
  audience: required(list(string({ minLength: 1, maxLength: 1000 }), { maxItems: 10 })),
  durationSeconds: optional(integer({ min: 60 })),
  tags: optional(
    list(
      structure('Tag', { key: required(string({ pattern: '\\w+' })), value: optional(string()) }),
    ),
  ),
})
const WANTED = new Set(['Audience', 'DurationSeconds', 'Tags'])

const fill = (bytes: number, piece: string) => piece.repeat(Math.ceil(bytes / piece.length))
const number = (bytes: number, piece: (index: number) => string) => {
  const pieces: string[] = []
  for (let length = 0; length < bytes; length += pieces.at(-1)?.length ?? 0) {
    pieces.push(piece(pieces.length + 1))
  }
  return pieces.join('')
}

const HOSTILE: readonly (readonly [name: string, body: (bytes: number) => string])[] = [
  ['separators', bytes => fill(bytes, '&')],
  ['bare names', bytes => fill(bytes, 'x&')],
  ['equal signs', bytes => fill(bytes, '=')],
  ['pairs', bytes => fill(bytes, 'x=y&')],
  ['one bare name, then pairs', bytes => `x&${fill(bytes, 'x=y&')}`],
  ['many bare names, then one pair', bytes => `${fill(bytes, 'x&')}x=y`],
  ['one long name', bytes => `Audience${fill(bytes, 'x')}`],
  ['one deep name', bytes => `Audience${fill(bytes, '.x')}=y`],
  ['one deep name among members', bytes => `Tags.member.1${fill(bytes, '.member.1')}=y`],
  ['many deep names', bytes => number(bytes, i => `Audience${'.x'.repeat(60)}${i}=y&`)],
  ['repeated names', bytes => fill(bytes, 'Audience.member.1=x&')],
  ['names that differ late', bytes => number(bytes, i => `Audience.${'x'.repeat(200)}${i}&`)],
  ['audiences', bytes => number(bytes, i => `Audience.member.${i}=&`)],
  ['audiences backwards', bytes => number(bytes, i => `Audience.member.${100_000_000 - i}=x&`)],
  ['tags without anything', bytes => number(bytes, i => `Tags.member.${i}=&`)],
  ['tags that break rules', bytes => number(bytes, i => `Tags.member.${i}.Key=<&`)],
  ['tags with unknown members', bytes => number(bytes, i => `Tags.member.1.k${i}.x=y&`)],
  ['one long audience', bytes => `Audience.member.1=${fill(bytes, 'x')}`],
  ['long tag keys', bytes => number(bytes, i => `Tags.member.${i}.Key=${'<'.repeat(2000)}&`)],
  ['a long number', bytes => `DurationSeconds=${fill(bytes, '9')}`],
  ['a long index', bytes => `Audience.member.${fill(bytes, '9')}=x`],
  ['pluses', bytes => `Audience.member.1=${fill(bytes, '+')}`],
  ['escapes', bytes => `Audience.member.1=${fill(bytes, '%41')}`],
  ['escapes of two bytes', bytes => `Audience.member.1=${fill(bytes, '%C3%A9')}`],
  ['escaped names', bytes => fill(bytes, '%41%41=%41&')],
  ['a broken escape at the end', bytes => `${fill(bytes, 'x&')}%`],
  ['invalid UTF-8 at the end', bytes => `${fill(bytes, '%41')}%FF`],
]

describe('work grows with the size and not faster', () => {
  test.each(HOSTILE)('%s', (_name, body) => {
    const small = workOf(body(20_000))
    const large = workOf(body(80_000))
    // Cutting a value for a message costs its length once more, and only the large one may be cut.
    expect(large).toBeLessThan(4.5 * small + 2 * MAX_PRINTED_LENGTH)
    expect(large).toBeLessThan(60 * 80_000)
  })
})

test('the counter sees a scan that starts over', () => {
  const scanAll = (text: string) => {
    for (let start = 0; start < text.length; start += 2) text.indexOf('=', start)
  }
  const small = countWork(() => scanAll(fill(20_000, 'x&')))
  const large = countWork(() => scanAll(fill(80_000, 'x&')))
  expect(large).toBeGreaterThan(15 * small)
})

test.each(HOSTILE)('what goes back is bounded: %s', (_name, body) => {
  const { message } = attempt(body(2_000_000)) ?? { message: '' }
  expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH + '...'.length)
})

function attempt(body: string): ServiceError | null {
  try {
    readInput(SHAPE, parseParameters(readParameterText(body), WANTED), true)
    return null
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
}

function workOf(body: string): number {
  return countWork(() => attempt(body))
}
