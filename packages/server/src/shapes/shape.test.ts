import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  boolean,
  defaulted,
  type Infer,
  integer,
  list,
  map,
  optional,
  required,
  string,
  structure,
  timestamp,
} from './shape.ts'

test.each([
  ['durationSeconds', required(integer()), 'DurationSeconds', 'durationSeconds'],
  ['arn', required(string()), 'Arn', 'arn'],
  ['arn', required(string(), 'arn'), 'arn', 'arn'],
  ['samlAssertion', optional(string(), 'SAMLAssertion'), 'SAMLAssertion', 'sAMLAssertion'],
])('the names of %s', (name, member, wireName, printedName) => {
  const { fields } = structure('Request', { first: required(string()), [name]: member })
  expect(fields).toHaveLength(2)
  expect(fields[1]).toEqual({ name, wireName, printedName, member })
})

describe('patterns match the whole text', () => {
  const { pattern } = string({ pattern: 'a|b' })
  test.each([
    ['a', true],
    ['b', true],
    ['ab', false],
    ['a\n', false],
    ['\nb', false],
    ['', false],
  ])('%j', (text, matches) => {
    expect(pattern?.regex.test(text)).toBe(matches)
    expect(pattern?.source).toBe('a|b')
  })
})

test('types follow the shape', () => {
  const shape = structure('Everything', {
    text: required(string()),
    count: defaulted(integer(), 3),
    flag: optional(boolean()),
    at: required(timestamp('seconds')),
    names: required(list(string())),
    keys: optional(map(integer())),
    inner: required(structure('Inner', { value: optional(string()) })),
  })
  interface Everything {
    readonly text: string
    readonly count: number
    readonly at: number
    readonly names: readonly string[]
    readonly inner: { readonly value?: string | undefined }
    readonly flag?: boolean | undefined
    readonly keys?: ReadonlyMap<string, number> | undefined
  }
  expectTypeOf<Infer<typeof shape>>().branded.toEqualTypeOf<Everything>()
})
