import { describe, expect, test } from 'vitest'
import { answerDocument, matchesEntityTag } from './documents.ts'

describe('matchesEntityTag', () => {
  test.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['"x", "abc"', true],
    ['"x",W/"abc","y"', true],
    ['*', true],
    [' * ', true],
    ['"x"', false],
    ['abc', false],
    ['"abcd"', false],
    ['"x, abc"', false],
    ['"*"', false],
    ['', false],
  ])('%s → %s', (ifNoneMatch, expected) => {
    expect(matchesEntityTag(ifNoneMatch, '"abc"')).toBe(expected)
  })
})

describe('answerDocument', () => {
  test('the entity tag is strong and changes with the text', () => {
    const first = answerDocument('{"a":1}', undefined, 60).headers['etag']
    const second = answerDocument('{"a":2}', undefined, 60).headers['etag']
    expect(first).toMatch(/^"[\w-]{43}"$/)
    expect(second).not.toBe(first)
    expect(answerDocument('{"a":1}', undefined, 60).headers['etag']).toBe(first)
  })
})
