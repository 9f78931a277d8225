import { describe, expect, it } from 'vitest'
import { keepKeyIdsFromOptions } from './key-id-words.ts'

const DASHED = `-${'a'.repeat(42)}`
const DOUBLE = `--${'a'.repeat(41)}`
const PLAIN = 'a'.repeat(43)

describe('keepKeyIdsFromOptions', () => {
  it.each([
    ['no kid', ['key', 'revoke', '--all'], ['key', 'revoke', '--all']],
    ['a kid like a word', ['key', 'revoke', PLAIN], ['key', 'revoke', PLAIN]],
    ['a kid like an option', ['key', 'revoke', DASHED], ['key', 'revoke', '--', DASHED]],
    [
      'options after the kid',
      ['key', 'revoke', DASHED, '--json'],
      ['key', 'revoke', '--json', '--', DASHED],
    ],
    ['a kid like a long option', ['key', 'revoke', DOUBLE], ['key', 'revoke', '--', DOUBLE]],
    ['a kid behind -- already', ['key', '--', DASHED], ['key', '--', DASHED]],
    ['words behind --', ['x', DASHED, '--', 'y'], ['x', '--', DASHED, 'y']],
    ['one letter too few', ['x', DASHED.slice(1)], ['x', DASHED.slice(1)]],
    ['one letter too many', ['x', `${DASHED}a`], ['x', `${DASHED}a`]],
  ])('%s', (_what, words, expected) => {
    expect(keepKeyIdsFromOptions(words)).toEqual(expected)
  })
})
