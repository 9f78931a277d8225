import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, type JsonValue, MAX_JSON_DEPTH, parseStrictJson } from './strict-json.ts'

const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

function toPlain(value: JsonValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, member]) => [name, toPlain(member)]))
  }
  return Array.isArray(value) ? value.map(toPlain) : value
}

describe('parseStrictJson', () => {
  it('reads what JSON.stringify writes, roomy or not', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }),
        fc.constantFrom('', ' ', '\t\n'),
        (value, space) => {
          const text = JSON.stringify(value, null, space)
          expect(toPlain(parseStrictJson(text))).toEqual(JSON.parse(text))
        },
      ),
    )
  })

  it('refuses whatever JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      ...'{}[]",:\\u00e1 \n-+.eE',
      'null',
      'true',
      '"a"',
      '"b":1',
      'NaN',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), parts => {
        const text = parts.join('')
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          expect(() => parseStrictJson(text)).toThrow(JsonError)
          return
        }
        try {
          expect(toPlain(parseStrictJson(text))).toEqual(expected)
        } catch (error) {
          if (!(error instanceof JsonError)) throw error
        }
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['a repeated member', '{"a":1,"a":1}', 'a member occurs twice'],
    ['a repeated member in disguise', '{"a":1,"\\u0061":2}', 'a member occurs twice'],
    ['a repeated member further down', '{"x":[{"a":1,"b":2,"a":3}]}', 'a member occurs twice'],
    ['a lone surrogate', '"\\ud800"', 'a text is expected'],
    ['a lone surrogate as a name', '{"\\udc00":1}', 'a text is expected'],
    ['a number beyond all bounds', '1e999', 'a number is too large'],
    ['deep nesting', nest(MAX_JSON_DEPTH + 1), 'the nesting is too deep'],
    ['nesting without an end', '['.repeat(100_000), 'the nesting is too deep'],
    ['an array without an end', '[1', 'an array does not end'],
    ['an object without an end', '{"a":1', 'an object does not end'],
    ['a member without a value', '{"a"}', 'a member has no value'],
    ['a line break in a text', '"\n"', 'a text is expected'],
    ['a number without a digit', '-', 'a value is expected'],
    ['two values', '1 2', 'something follows the value'],
    ['nothing', '', 'a value is expected'],
    ['a byte-order mark', '\ufeff{}', 'a value is expected'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseStrictJson(text)).toThrow(new JsonError(message))
  })

  it('names its errors', () => {
    expect(new JsonError('of some kind').name).toBe('JsonError')
  })

  it('reads the deepest nesting that is allowed', () => {
    expect(JSON.stringify(parseStrictJson(nest(MAX_JSON_DEPTH)))).toBe(nest(MAX_JSON_DEPTH))
  })

  it('takes __proto__ for a name like any other', () => {
    const value = parseStrictJson('{"__proto__":{"sub":"admin"}}')
    expect(value instanceof Map && [...value.keys()]).toEqual(['__proto__'])
    expect(value instanceof Map && value.get('sub')).toBeUndefined()
  })
})
