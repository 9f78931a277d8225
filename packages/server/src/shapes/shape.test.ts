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
  wireNameOf,
} from './shape.ts'

test.each([
  ['durationSeconds', required(integer()), 'DurationSeconds'],
  ['arn', required(string()), 'Arn'],
  ['arn', required(string(), 'arn'), 'arn'],
  ['samlAssertion', optional(string(), 'SAMLAssertion'), 'SAMLAssertion'],
])('the wire name of %s', (name, member, wireName) => {
  expect(wireNameOf(name, member)).toBe(wireName)
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
