import { expect, test } from 'vitest'
import type { ContextValue } from '../policy/decision.ts'
import { formatUnmetCondition } from './unmet-condition.ts'

const AUDIENCE = 'sts:IdentityTokenAudience'

test.each<
  [operator: string, seen: ContextValue | undefined, wanted: readonly string[], reason: string]
>([
  ['StringEquals', undefined, ['a'], 'the request does not have the key'],
  [
    'StringEquals',
    ['a'],
    ['a'],
    'the request has the set "a", and StringEquals compares a single value; say ForAllValues:StringEquals or ForAnyValue:StringEquals',
  ],
  [
    'StringNotLikeIfExists',
    ['a', 'b'],
    ['a'],
    'the request has the set "a" and "b", and StringNotLikeIfExists compares a single value; say ForAllValues:StringNotLikeIfExists or ForAnyValue:StringNotLikeIfExists',
  ],
  [
    'ForAllValues:StringEquals',
    ['a', 'c'],
    ['a', 'b'],
    'the request has "a" and "c", wanted "a" or "b"',
  ],
  ['ForAnyValue:StringEquals', [], ['a'], 'the request has nothing, wanted "a"'],
  ['StringEquals', 'a', ['b'], 'the request has "a", wanted "b"'],
  ['StringNotEquals', 'a', ['a', 'b'], 'the request has "a", wanted none of "a" and "b"'],
  [
    'NotIpAddress',
    '192.0.2.1',
    ['192.0.2.0/24'],
    'the request has "192.0.2.1", wanted none of "192.0.2.0/24"',
  ],
  ['Null', 'a', ['true'], 'the request has the key'],
  [
    'StringEquals',
    'x',
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    'the request has "x", wanted "a", "b", "c", "d", "e" or 2 more',
  ],
])('%s of %j with %j', (operator, seen, wanted, reason) => {
  const context = new Map(seen === undefined ? [] : [[AUDIENCE.toLowerCase(), seen] as const])
  const isKeyPresent = seen !== undefined
  const mismatch = { part: 'condition', operator, key: AUDIENCE, isKeyPresent, wanted } as const
  expect(formatUnmetCondition(mismatch, context)).toBe(
    `${operator} ${AUDIENCE} is not met: ${reason}`,
  )
})
