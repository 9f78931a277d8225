import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../test/any-text.ts'
import { isJsonObject, isStringArray, MAX_JSON_DEPTH, parseJsonObject } from './json.ts'

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const nestedLists = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`

/** Whether a name in the value can only be written with an escape. */
function needsEscapes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const names = Array.isArray(value) ? [] : Object.keys(value)
  return (
    names.some(name => JSON.stringify(name).includes('\\')) ||
    Object.values(value).some(needsEscapes)
  )
}

describe('parseJsonObject', () => {
  it.each([
    ['{}', {}],
    ['{"a":1,"b":[1,"x",{"a":2}]}', { a: 1, b: [1, 'x', { a: 2 }] }],
    ['{"a":{"a":{"a":1}},"b":{"a":1}}', { a: { a: { a: 1 } }, b: { a: 1 } }],
    [' { "a" : 1 , "b" : [ 1 , 2 ] } ', { a: 1, b: [1, 2] }],
    ['{"a":["b","b"],"b":"a"}', { a: ['b', 'b'], b: 'a' }],
    ['{"a":"{\\"a\\":1,\\"a\\":2}", "b":"\\\\"}', { a: '{"a":1,"a":2}', b: '\\' }],
    ['{"a":",","b":"x" }', { a: ',', b: 'x' }],
    ['{"2":1,"1":2}', { 1: 2, 2: 1 }],
    ['{"a":1.0}', { a: 1 }],
    ['{"a":1.0,"b":null,"c":true}', { a: 1, b: null, c: true }],
    ['{"a":"\\ud83d\\ude00"}', { a: '\u{1f600}' }],
    ['{"\\u0061":1,"b\\/":{"\\u00e9":"\\u0061"}}', { a: 1, 'b/': { é: 'a' } }],
    [`{"a":"${'['.repeat(99)}"}`, { a: '['.repeat(99) }],
  ])('reads %s', (text, value) => {
    expect(parseJsonObject(text)).toEqual(value)
  })

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a string', '"{}"'],
    ['a number', '1'],
    ['half an object', '{"a":1'],
    ['something after the object', '{}{}'],
    ['a trailing comma', '{"a":1,}'],
    ['a comment', '{}//'],
    ['single quotes', "{'a':1}"],
    ['NaN', '{"a":NaN}'],
    ['a byte order mark', '\ufeff{}'],
    ['the same member twice', '{"a":1,"a":1}'],
    ['the same member twice, apart', '{"a":1,"b":2,"a":3}'],
    ['the same member twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['the same member twice, inside', '{"x":{"a":1,"a":2}}'],
    ['the same member twice, in a list', '{"x":[{"a":1},{"b":1,"b":2}]}'],
    ['the same member twice, after a list', '{"a":[1,2],"a":1}'],
    ['the same member twice, after an object', '{"a":{"b":1},"a":1}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['an empty name twice', '{"":1,"":2}'],
    ['a name with a quote', '{"a\\"":1}'],
    ['a name with a backslash', '{"\\\\a":1}'],
    ['a name with a backslash in another spelling', '{"\\u005ca":1}'],
    ['a name with a line feed, inside', '{"a":[{"\\n":1}]}'],
    ['a name with half a character', '{"\\ud800":1}'],
    ['half a character', '{"a":"\\ud800"}'],
    ['half a character, inside', '{"a":[{"b":"\\udc00\\ud800"}]}'],
    ['a number beyond doubles', '{"a":1e999}'],
    ['a number below doubles, inside', '{"a":[-1e999]}'],
    ['the same member twice among white space', '{ "a" : 1 ,\n"a" : 2 }'],
  ])('refuses %s', (_, text) => {
    expect(parseJsonObject(text)).toBeNull()
  })

  it('gives a name its own spelling back, whatever names were read before', () => {
    // V8's JSON.parse reads the second name as that of the first (nodejs/node#63785).
    for (const text of ['{"h":[],"\\\\":0}', '{"h":[],"\\\\u0061":0}']) JSON.parse(text)
    expect(parseJsonObject('{"h":1,"\\u0061":2}')).toEqual({ h: 1, a: 2 })
    expect(parseJsonObject('{"h":1,"\\"":2}')).toBeNull()
  })

  it('keeps a member called __proto__ as a member', () => {
    const value = parseJsonObject('{"__proto__":{"admin":true}}')
    expect(Object.keys(value ?? {})).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it.each([
    ['objects', nested(MAX_JSON_DEPTH), true],
    ['objects', nested(MAX_JSON_DEPTH + 1), false],
    ['lists in an object', nestedLists(MAX_JSON_DEPTH - 1), true],
    ['lists in an object', nestedLists(MAX_JSON_DEPTH), false],
    ['many containers beside each other', `{"a":[${'[],'.repeat(99)}[]]}`, true],
    ['many objects beside each other', `{"a":[${'{"b":1},'.repeat(99)}{}]}`, true],
    ['very deep ones', nestedLists(20_000), false],
  ])('bounds the depth: %s', (_, text, isRead) => {
    expect(parseJsonObject(text) !== null).toBe(isRead)
  })

  it('reads what JSON.stringify writes, however it is indented, unless a name needs an escape', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }))
    fc.assert(
      fc.property(objects, fc.nat(2), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        if (needsEscapes(object)) expect(parseJsonObject(text)).toBeNull()
        else expect(parseJsonObject(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses any object with one of its members repeated', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 })
    fc.assert(
      fc.property(objects, fc.nat(), fc.jsonValue(), (object, choice, value) => {
        const names = Object.keys(object)
        const name = names[choice % names.length]
        const repeated = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`
        expect(parseJsonObject(repeated)).toBeNull()
        expect(parseJsonObject(`{"in":[1,${repeated}]}`)).toBeNull()
      }),
    )
  })

  it('returns for any text', () => {
    fc.assert(fc.property(anyText, text => void parseJsonObject(text)))
  })
})

describe('isJsonObject', () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    ['', false],
    [undefined, false],
  ])('%j: %s', (value, is) => {
    expect(isJsonObject(value)).toBe(is)
  })
})

describe('isStringArray', () => {
  it.each([
    [[], true],
    [['a', ''], true],
    [['a', 1], false],
    ['a', false],
    [{ length: 0 }, false],
  ])('%j: %s', (value, is) => {
    expect(isStringArray(value)).toBe(is)
  })
})
