import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../errors.ts'
import { audiences, type Pairs, read, TAG_KEY, TAG_VALUE, tags, VALID } from './test/token-input.ts'

describe('violations, in the words of aws-wire §1.3', () => {
  const one = (violation: string) => `1 validation error detected: ${violation}`
  const value = (printed: string, path: string, rule: string) =>
    `Value ${printed} at '${path}' failed to satisfy constraint: ${rule}`
  const audienceRule =
    'Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 1]'
  const keyPattern = `Member must satisfy regular expression pattern: ${TAG_KEY}`
  const firstTag = (Key: string, Value = 'test') => tags(1, () => ({ Key, Value }))
  const tag = (index: number) => ({ Key: String(index), Value: 'test' })

  test.each<[string, Pairs, string]>([
    [
      'missing algorithm',
      { 'Audience.member.1': 'a' },
      `1 validation error detected: Value null at 'signingAlgorithm' failed to satisfy constraint: Member must not be null`,
    ],
    [
      'empty algorithm',
      { ...VALID, SigningAlgorithm: '' },
      `1 validation error detected: Value '' at 'signingAlgorithm' failed to satisfy constraint: Member must have length greater than or equal to 5`,
    ],
    [
      'algorithm none',
      { ...VALID, SigningAlgorithm: 'none' },
      one(
        value(`'none'`, 'signingAlgorithm', 'Member must have length greater than or equal to 5'),
      ),
    ],
    [
      'algorithm RS256x',
      { ...VALID, SigningAlgorithm: 'RS256x' },
      one(value(`'RS256x'`, 'signingAlgorithm', 'Member must have length less than or equal to 5')),
    ],
    [
      'missing audience',
      { SigningAlgorithm: 'ES384' },
      `1 validation error detected: Value null at 'audience' failed to satisfy constraint: Member must not be null`,
    ],
    [
      'audience without members',
      { SigningAlgorithm: 'ES384', Audience: '' },
      `1 validation error detected: Value null at 'audience' failed to satisfy constraint: Member must not be null`,
    ],
    [
      'one empty audience',
      { ...VALID, 'Audience.member.1': '' },
      `1 validation error detected: Value '[]' at 'audience' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 1]`,
    ],
    [
      'an empty audience among others, named once',
      { ...VALID, 'Audience.member.2': '', 'Audience.member.3': '' },
      one(value(`'[a, , ]'`, 'audience', audienceRule)),
    ],
    [
      'an audience of 1001 characters, printed whole',
      { ...VALID, 'Audience.member.1': 'a'.repeat(1001) },
      one(value(`'[${'a'.repeat(1001)}]'`, 'audience', audienceRule)),
    ],
    [
      '11 audiences',
      { ...VALID, ...audiences(11) },
      `1 validation error detected: Value '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]' at 'audience' failed to satisfy constraint: Member must have length less than or equal to 10`,
    ],
    [
      'duration 0',
      { ...VALID, DurationSeconds: '0' },
      one(value(`'0'`, 'durationSeconds', 'Member must have value greater than or equal to 60')),
    ],
    [
      'duration 59',
      { ...VALID, DurationSeconds: '059' },
      `1 validation error detected: Value '59' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60`,
    ],
    [
      'duration -2147483648',
      { ...VALID, DurationSeconds: '-2147483648' },
      one(
        value(
          `'-2147483648'`,
          'durationSeconds',
          'Member must have value greater than or equal to 60',
        ),
      ),
    ],
    [
      'duration 3601',
      { ...VALID, DurationSeconds: '3601' },
      one(value(`'3601'`, 'durationSeconds', 'Member must have value less than or equal to 3600')),
    ],
    [
      'duration 2147483647',
      { ...VALID, DurationSeconds: '2147483647' },
      one(
        value(
          `'2147483647'`,
          'durationSeconds',
          'Member must have value less than or equal to 3600',
        ),
      ),
    ],
    [
      'empty tag key',
      { ...VALID, ...firstTag('') },
      `2 validation errors detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+`,
    ],
    [
      'tag key <team>',
      { ...VALID, ...firstTag('<team>') },
      `1 validation error detected: Value '<team>' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+`,
    ],
    [
      'tag key of 129 characters',
      { ...VALID, ...firstTag('k'.repeat(129)) },
      one(
        value(
          `'${'k'.repeat(129)}'`,
          'tags.1.member.key',
          'Member must have length less than or equal to 128',
        ),
      ),
    ],
    [
      'tag value of 257 characters',
      { ...VALID, ...firstTag('k', 'v'.repeat(257)) },
      one(
        value(
          `'${'v'.repeat(257)}'`,
          'tags.1.member.value',
          'Member must have length less than or equal to 256',
        ),
      ),
    ],
    [
      'tag value with a wrong character',
      { ...VALID, ...firstTag('k', 'a;b') },
      one(
        value(
          `'a;b'`,
          'tags.1.member.value',
          `Member must satisfy regular expression pattern: ${TAG_VALUE}`,
        ),
      ),
    ],
    [
      '51 tags',
      { ...VALID, ...tags(51, tag) },
      one(
        value(
          `'[${Array.from({ length: 51 }, (_, index) => `Tag(key=${index}, value=test)`).join(', ')}]'`,
          'tags',
          'Member must have length less than or equal to 50',
        ),
      ),
    ],
    [
      'a tag without key or value, in a list that is too long',
      { ...VALID, ...tags(51, tag), 'Tags.member.52': '' },
      `3 validation errors detected: ${[
        value(
          `'[${Array.from({ length: 51 }, (_, index) => `Tag(key=${index}, value=test)`).join(', ')}, Tag(key=null, value=null)]'`,
          'tags',
          'Member must have length less than or equal to 50',
        ),
        value('null', 'tags.52.member.value', 'Member must not be null'),
        value('null', 'tags.52.member.key', 'Member must not be null'),
      ].join('; ')}`,
    ],
    [
      'a gap among tags, and a tag without a value, named by their places',
      { ...VALID, ...firstTag('k'), 'Tags.member.3.Key': 'k2' },
      `3 validation errors detected: ${[
        value('null', 'tags.2.member.value', 'Member must not be null'),
        value('null', 'tags.2.member.key', 'Member must not be null'),
        value('null', 'tags.3.member.value', 'Member must not be null'),
      ].join('; ')}`,
    ],
    [
      'a gap among audiences',
      { SigningAlgorithm: 'ES384', 'Audience.member.2': 'x' },
      one(value('null', 'audience.1.member', 'Member must not be null')),
    ],
    [
      'a too long list with an empty member: the list first',
      { ...VALID, ...audiences(11), 'Audience.member.11': '' },
      `2 validation errors detected: ${[
        value(
          `'[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ]'`,
          'audience',
          'Member must have length less than or equal to 10',
        ),
        value(`'[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ]'`, 'audience', audienceRule),
      ].join('; ')}`,
    ],
    [
      'everything at once, in the order of the shape',
      { DurationSeconds: '1', ...firstTag('', '<') },
      `6 validation errors detected: ${[
        value('null', 'audience', 'Member must not be null'),
        value('null', 'signingAlgorithm', 'Member must not be null'),
        value(`'1'`, 'durationSeconds', 'Member must have value greater than or equal to 60'),
        value(
          `'<'`,
          'tags.1.member.value',
          `Member must satisfy regular expression pattern: ${TAG_VALUE}`,
        ),
        value(`''`, 'tags.1.member.key', 'Member must have length greater than or equal to 1'),
        value(`''`, 'tags.1.member.key', keyPattern),
      ].join('; ')}`,
    ],
  ])('%s', (_name, pairs, message) => {
    expect(() => read(pairs)).toThrow(new ServiceError('ValidationError', message))
  })
})
