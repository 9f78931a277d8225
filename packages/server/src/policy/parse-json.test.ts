import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ServiceError } from '../errors.ts'
import { type JsonNode, MAX_NESTING_DEPTH, parseJson } from './parse-json.ts'

/** The value that `JSON.parse` makes of the same text. */
function toValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'string':
      return node.value
    case 'array':
      return node.items.map(toValue)
    case 'object':
      return Object.fromEntries(
        [...node.members].map(([name, { value }]) => [name, toValue(value)]),
      )
    default:
      return JSON.parse(node.text)
  }
}

function tryParse(text: string): JsonNode | string {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof ServiceError) return error.message
    throw error
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** What is valid JSON, and refused all the same. */
const OUR_OWN_RULES = /occurs twice|nested too deeply/

const documents = fc.jsonValue({ maxDepth: 4 })
const layouts = fc.constantFrom(undefined, 1, '\t', '\n \r')

describe('parseJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(documents, layouts, (value, layout) => {
        const text = JSON.stringify(value, null, layout)
        expect(toValue(parseJson(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  test('refuses what JSON.parse refuses, and accepts nothing more', () => {
    const edits = fc.string({
      unit: fc.constantFrom(...'{}[],:"\\eE+-.0 \n\u0001tnux'),
      maxLength: 2,
    })
    fc.assert(
      fc.property(documents, edits, fc.nat(), fc.nat(2), (value, inserted, at, removed) => {
        const whole = JSON.stringify(value)
        const position = at % (whole.length + 1)
        const text = whole.slice(0, position) + inserted + whole.slice(position + removed)
        const result = tryParse(text)
        if (typeof result === 'string' && OUR_OWN_RULES.test(result)) return
        expect(typeof result !== 'string').toBe(isJson(text))
      }),
      { numRuns: 3_000 },
    )
  })

  test('has a limit of nesting', () => {
    const nest = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nest(MAX_NESTING_DEPTH)).kind).toBe('array')
    expect(tryParse(nest(MAX_NESTING_DEPTH + 1))).toMatch('The policy is nested too deeply')
    expect(tryParse('['.repeat(100_000))).toMatch('The policy is nested too deeply')
    expect(tryParse('{"a":'.repeat(100_000))).toMatch('The policy is nested too deeply')
  })

  test('keeps every digit of a number', () => {
    expect(parseJson('100000000000000000001.50e3')).toMatchObject({
      kind: 'number',
      text: '100000000000000000001.50e3',
    })
  })

  test.each([
    ['{"a": [1, tru]}', '(at $.a[1], line 1, column 11)'],
    ['{\n  "a": 1,\n  "a": 2\n}', '(at $, line 3, column 3)'],
    ['{"a b": {"c\\"d": x}}', '(at $["a b"]["c\\"d"], line 1, column 18)'],
    [`{"${'n'.repeat(64)}": x}`, `(at $.${'n'.repeat(64)}, line 1, column 70)`],
    [`{"${'n'.repeat(65)}": x}`, `(at $["${'n'.repeat(65)}"], line 1, column 71)`],
    [`{"${'n'.repeat(101)}": x}`, `(at $["${'n'.repeat(100)}…"], line 1, column 107)`],
    ['\n\n', '(at $, line 3, column 1)'],
  ])('names the place in %j', (text, place) => {
    expect(tryParse(text)).toMatch(place)
  })

  test('remembers where everything stands', () => {
    const root = parseJson(' { "a" : [ null, true ] }')
    expect(root.place).toMatchObject({ path: '$', offset: 1 })
    if (root.kind !== 'object') throw new Error('an object')
    const member = root.members.get('a')
    expect(member?.namePlace).toMatchObject({ path: '$', offset: 3 })
    expect(member?.value).toMatchObject({
      place: { path: '$.a', offset: 9 },
      items: [
        { kind: 'null', place: { path: '$.a[0]', offset: 11 } },
        { kind: 'boolean', place: { path: '$.a[1]', offset: 17 } },
      ],
    })
  })

  test('has a member named like an inherited one', () => {
    const root = parseJson('{"__proto__":1,"constructor":2}')
    expect(root.kind === 'object' && [...root.members.keys()]).toEqual(['__proto__', 'constructor'])
  })
})
