import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../errors.ts'
import {
  boolean,
  defaulted,
  integer,
  list,
  map,
  optional,
  required,
  string,
  structure,
  timestamp,
} from '../../shapes/shape.ts'
import { readInput } from './read-input.ts'
import { audiences, type Pairs, read, readWith, tags } from './test/token-input.ts'

describe('what is read', () => {
  test('a request as the SDKs send it', () => {
    const pairs = {
      Action: 'GetWebIdentityToken',
      Version: '2011-06-15',
      'Audience.member.1': 'https://a.example',
      'Audience.member.2': 'b c+d',
      SigningAlgorithm: 'ES384',
      DurationSeconds: '900',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'data é',
      'Tags.member.2.Key': 'aws:k2',
      'Tags.member.2.Value': '',
    }
    expect(read(pairs)).toEqual({
      audience: ['https://a.example', 'b c+d'],
      signingAlgorithm: 'ES384',
      durationSeconds: 900,
      tags: [
        { key: 'team', value: 'data é' },
        { key: 'aws:k2', value: '' },
      ],
    })
  })

  test('defaults are filled in, what is optional stays away', () => {
    const input = readWith({})
    expect(input).toEqual({ audience: ['a'], signingAlgorithm: 'ES384', durationSeconds: 300 })
    expect('tags' in input).toBe(false)
  })

  test.each<[string, Pairs, object]>([
    ['an empty list', { Tags: '' }, { tags: [] }],
    ['an empty list beside members', { Audience: '' }, { audience: ['a'] }],
    ['as many audiences as are allowed', audiences(10), { audience: [...'0123456789'] }],
    [
      'audiences in numeric order, with leading zeros',
      { 'Audience.member.3': 'c', 'Audience.member.02': 'b' },
      { audience: ['a', 'b', 'c'] },
    ],
    ['the same audience twice', { 'Audience.member.2': 'a' }, { audience: ['a', 'a'] }],
    [
      'the longest audience',
      { 'Audience.member.1': 'a'.repeat(1000) },
      { audience: ['a'.repeat(1000)] },
    ],
    ['an audience that is no URL', { 'Audience.member.1': ' <ж> ' }, { audience: [' <ж> '] }],
    ['the shortest duration', { DurationSeconds: '60' }, { durationSeconds: 60 }],
    ['the longest duration', { DurationSeconds: '3600' }, { durationSeconds: 3600 }],
    ['a sign and leading zeros', { DurationSeconds: '+0900' }, { durationSeconds: 900 }],
    ['unknown parameters', { Format: 'jwt', 'Subject.member.1': 'x', format: 'y' }, {}],
    [
      'unknown members of a structure',
      { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v', 'Tags.member.1.Color.x': 'red' },
      { tags: [{ key: 'k', value: 'v' }] },
    ],
  ])('%s', (_name, pairs, expected) => {
    expect(readWith(pairs)).toEqual({ ...readWith({}), ...expected })
  })

  test('the longest key and value, and as many tags as are allowed', () => {
    const pairs = tags(50, index => ({
      Key: String(index).padEnd(128, 'k'),
      Value: 'v'.repeat(256),
    }))
    expect(readWith(pairs).tags).toHaveLength(50)
  })

  test('nothing from a shape without members', () => {
    expect(
      readInput(structure('Empty', {}), new Map([['Action', 'GetCallerIdentity']]), true),
    ).toEqual({})
  })
})

describe('what cannot be read as its type is refused before any violation', () => {
  const NO_LIST = 'Unexpected list element termination'
  const NO_STRUCTURE = 'Unexpected complex element termination'
  const NO_SCALAR = 'Start of structure or map found where not expected.'
  const NO_INTEGER = 'An integer must be decimal digits and fit into 32 bits'
  test.each<[string, Pairs, string]>([
    ['an empty integer', { DurationSeconds: '' }, 'missing value for decimal type'],
    ['a padded integer', { DurationSeconds: ' 900 ' }, NO_INTEGER],
    ['a fraction', { DurationSeconds: '900.0' }, NO_INTEGER],
    ['an exponent', { DurationSeconds: '9e2' }, NO_INTEGER],
    ['letters', { DurationSeconds: 'abc' }, NO_INTEGER],
    ['over 32 bits', { DurationSeconds: '2147483648' }, NO_INTEGER],
    ['under 32 bits', { DurationSeconds: '-2147483649' }, NO_INTEGER],
    ['a text for a list', { Audience: 'a' }, NO_LIST],
    ['a text beside a list', { Audience: 'x', 'Audience.member.1': 'y' }, NO_LIST],
    ['a list without indices', { 'Audience.member': 'a' }, NO_LIST],
    [
      'a list without "member"',
      { 'Audience.1': 'a' },
      'Top level element may not be treated as a list',
    ],
    ['a structure for a list', { 'Audience.__proto__': 'a' }, NO_SCALAR],
    ['index 0', { 'Audience.member.0': 'a' }, '0 is not a valid index'],
    ['index 01 beside 1', { 'Audience.member.01': 'a' }, 'Value found where not expected'],
    ['a negative index', { 'Audience.member.-1': 'a' }, "Key -1 may not have a leading '-'"],
    [
      'an index far away',
      { 'Audience.member.13': 'a' },
      'Excessively sparse input would skip 11 list elements',
    ],
    ['no index beside one', { 'Audience.member.x': 'a' }, 'Start of list found where not expected'],
    ['a huge index', { 'Audience.member.99999999999': 'a' }, 'Index 99999999999 is illegal'],
    ['a text for a structure', { 'Tags.member.1': 'team' }, NO_STRUCTURE],
    ['a text beside a structure', { 'Tags.member.1': 'x', 'Tags.member.1.Key': 'y' }, NO_STRUCTURE],
    ['a structure for a text', { 'Audience.member.1.x.y.z': 'a' }, NO_SCALAR],
    ['a structure for a text alone', { 'Audience.member.2.x': 'a' }, NO_SCALAR],
    ['a list for a text', { 'SigningAlgorithm.member.1': 'ES384' }, NO_SCALAR],
    ['a structure for an integer', { 'DurationSeconds.x': '900' }, NO_SCALAR],
    ['a list for a text in a structure', { 'Tags.member.1.Key.member.1': 'k' }, NO_SCALAR],
  ])('%s', (_name, pairs, message) => {
    const refusal = new ServiceError('MalformedInput', message)
    expect(() => readWith(pairs)).toThrow(refusal)
    expect(() => readWith({ ...tags(51, () => ({})), ...pairs })).toThrow(refusal)
  })
})

describe('hostile names', () => {
  test('those that objects have reach no object', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
    const shape = structure('S', {
      items: optional(list(structure('Item', { key: optional(string()) }))),
    })
    for (const name of names) {
      const parameters = new Map([
        [name, 'x'],
        [`${name}.polluted`, 'x'],
        [`Items.member.1.${name}`, 'x'],
        [`Items.member.1.${name}.polluted`, 'x'],
        ['Items.member.1.Key', 'k'],
      ])
      expect(readInput(shape, parameters, true)).toEqual({ items: [{ key: 'k' }] })
    }
    expect('polluted' in {}).toBe(false)
  })

  test('a member that is named like one of objects is only a member', () => {
    const shape = structure('S', { constructor: optional(string()), toString: optional(string()) })
    const input = readInput(shape, new Map([['Constructor', 'x']]), true)
    expect(Object.hasOwn(input, 'constructor')).toBe(true)
    expect(Object.hasOwn(input, 'toString')).toBe(false)
  })
})

describe('kinds that GetWebIdentityToken does not have', () => {
  const shape = structure('Request', {
    flag: defaulted(boolean(), false),
    numbers: optional(list(integer({ max: 9 }), { minItems: 1 })),
    matrix: optional(list(list(string({ maxLength: 1 }), { maxItems: 2 }))),
    nested: optional(
      structure('Nested', {
        arn: required(string(), 'arn'),
        inner: optional(structure('Inner', { name: required(string()) })),
      }),
    ),
    assertion: optional(string({ minLength: 4 }), 'SAMLAssertion'),
    mode: defaulted(string({ values: ['On', 'Off'] }), 'On'),
  })
  const readShape = (pairs: Pairs) => readInput(shape, new Map(Object.entries(pairs)), true)
  const defaults = { flag: false, mode: 'On' }

  test.each<[string, Pairs, object]>([
    ['a boolean', { Flag: 'true' }, { flag: true }],
    ['integers', { 'Numbers.member.2': '9', 'Numbers.member.1': '-1' }, { numbers: [-1, 9] }],
    [
      'lists in a list',
      {
        'Matrix.member.2.member.1': 'c',
        'Matrix.member.1.member.2': 'b',
        'Matrix.member.1.member.1': 'a',
      },
      { matrix: [['a', 'b'], ['c']] },
    ],
    ['an empty list in a list', { 'Matrix.member.1': '' }, { matrix: [[]] }],
    [
      'structures in a structure',
      { 'Nested.arn': 'a', 'Nested.Inner.Name': 'n' },
      { nested: { arn: 'a', inner: { name: 'n' } } },
    ],
    ['a wire name of its own', { SAMLAssertion: 'abcd' }, { assertion: 'abcd' }],
  ])('%s', (_name, pairs, expected) => {
    expect(readShape(pairs)).toEqual({ ...defaults, ...expected })
  })

  test.each<[string, Pairs, string]>([
    [
      'an empty list that must not be empty',
      { Numbers: '' },
      `Value '[]' at 'numbers' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    ],
    [
      'a number in a list',
      { 'Numbers.member.1': '10' },
      `Value '[10]' at 'numbers' failed to satisfy constraint: Member must satisfy constraint: [Member must have value less than or equal to 9]`,
    ],
    [
      'a list in a list',
      { 'Matrix.member.1.member.1': 'ab' },
      `Value '[ab]' at 'matrix.1.member' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1]`,
    ],
    [
      'a member of an empty structure',
      { Nested: '' },
      `Value null at 'nested.arn' failed to satisfy constraint: Member must not be null`,
    ],
    [
      'a member of a structure in a structure',
      { 'Nested.arn': 'a', 'Nested.Inner': '' },
      `Value null at 'nested.inner.name' failed to satisfy constraint: Member must not be null`,
    ],
    [
      'a wire name of its own',
      { SAMLAssertion: 'abc' },
      `Value 'abc' at 'sAMLAssertion' failed to satisfy constraint: Member must have length greater than or equal to 4`,
    ],
    [
      'one of a set',
      { Mode: 'on' },
      `Value 'on' at 'mode' failed to satisfy constraint: Member must satisfy enum value set: [On, Off]`,
    ],
  ])('violated: %s', (_name, pairs, violation) => {
    expect(() => readShape(pairs)).toThrow(
      new ServiceError('ValidationError', `1 validation error detected: ${violation}`),
    )
  })

  test.each([
    ['timestamp', timestamp('seconds')],
    ['map', map(string())],
  ])('a %s in an input is a defect of the shape', (kind, member) => {
    const bad = structure('Bad', { member: optional(member) })
    expect(() => readInput(bad, new Map([['Member', 'x']]), true)).toThrow(
      new TypeError(`a ${kind} cannot be part of an input`),
    )
  })
})

test('every input is read as it was written', () => {
  const text = (maxLength: number, minLength = 0) =>
    fc.string({ unit: fc.constantFrom(...'aZ9 _.:/=+-@éЖ日\u00a0'), minLength, maxLength })
  const inputs = fc.record({
    audience: fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), {
      minLength: 1,
      maxLength: 10,
    }),
    signingAlgorithm: fc.constantFrom('RS256', 'ES384', 'x<&>;'),
    durationSeconds: fc.integer({ min: 60, max: 3600 }),
    tags: fc.array(fc.record({ key: text(10, 1), value: text(10) }), { maxLength: 50 }),
  })
  fc.assert(
    fc.property(inputs, input => {
      const pairs: Record<string, string> = {
        SigningAlgorithm: input.signingAlgorithm,
        DurationSeconds: String(input.durationSeconds),
        ...(input.tags.length === 0 && { Tags: '' }),
        ...tags(input.tags.length, index => ({
          Key: input.tags[index]?.key ?? '',
          Value: input.tags[index]?.value ?? '',
        })),
      }
      for (const [index, audience] of input.audience.entries()) {
        pairs[`Audience.member.${index + 1}`] = audience
      }
      expect(read(pairs)).toEqual(input)
    }),
  )
})
