import { describe, expect, it } from 'vitest'
import { parseSessionClaims } from './session-claims.ts'
import { isJsonObject, parseStrictJson } from './strict-json.ts'

const TAGS = 'https://aws.amazon.com/tags'
const ROLES = 'https://aws.amazon.com/roles'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'
const ARN = 'arn:aws:iam::123456789012:role/deploy'

function parse(claims: Readonly<Record<string, unknown>>) {
  const value = parseStrictJson(JSON.stringify(claims))
  if (!isJsonObject(value)) throw new Error('claims are an object')
  return parseSessionClaims(value)
}

const manyTags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'v']))

describe('parseSessionClaims', () => {
  it('needs none of them', () => {
    expect(parse({ sub: 'x' })).toEqual({
      sourceIdentity: null,
      sessionTags: [],
      transitiveTagKeys: [],
      authorizedRoleArns: null,
    })
  })

  const expected = {
    sessionTags: [
      { key: 'Project', value: 'Automation' },
      { key: 'Cost Center', value: '987654' },
    ],
    transitiveTagKeys: ['Project'],
  }
  it.each<[string, Readonly<Record<string, unknown>>]>([
    [
      'nested, in arrays',
      {
        [TAGS]: {
          principal_tags: { Project: ['Automation'], 'Cost Center': ['987654'] },
          transitive_tag_keys: ['Project'],
        },
      },
    ],
    [
      'nested, as texts',
      {
        [TAGS]: {
          principal_tags: { Project: 'Automation', 'Cost Center': '987654' },
          transitive_tag_keys: ['project'],
        },
      },
    ],
    [
      'flattened',
      {
        [`${TAGS}/principal_tags/Project`]: 'Automation',
        [`${TAGS}/principal_tags/Cost Center`]: ['987654'],
        [`${TAGS}/transitive_tag_keys`]: ['PROJECT'],
      },
    ],
  ])('reads tags that are %s', (_, claims) => {
    expect(parse(claims)).toMatchObject(expected)
  })

  it('keeps a slash in a flattened key', () => {
    expect(parse({ [`${TAGS}/principal_tags/a/b`]: '' }).sessionTags).toEqual([
      { key: 'a/b', value: '' },
    ])
  })

  it.each<[string, unknown]>([
    ['no tags', {}],
    ['an empty set', { principal_tags: {}, transitive_tag_keys: [] }],
    ['fifty tags', { principal_tags: manyTags(50) }],
  ])('accepts %s', (_, claim) => {
    expect(parse({ [TAGS]: claim }).transitiveTagKeys).toEqual([])
  })

  const mustBe = (rule: string) => `The claim ${TAGS} is not valid: it must be ${rule}`
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a text', { [TAGS]: 'Project' }, mustBe('an object')],
    [
      'tags in an array',
      { [TAGS]: { principal_tags: [] } },
      mustBe('an object with principal_tags'),
    ],
    ['null', { [TAGS]: null }, mustBe('an object')],
    [
      'two values',
      { [TAGS]: { principal_tags: { a: ['b', 'c'] } } },
      mustBe('an object whose tags have one text each'),
    ],
    [
      'no value',
      { [TAGS]: { principal_tags: { a: [] } } },
      mustBe('an object whose tags have one text each'),
    ],
    [
      'a number',
      { [TAGS]: { principal_tags: { a: 1 } } },
      mustBe('an object whose tags have one text each'),
    ],
    [
      '51 tags',
      { [TAGS]: { principal_tags: manyTags(51) } },
      mustBe('a set of at most 50 tags that a session may have'),
    ],
    [
      'keys that differ in case',
      { [TAGS]: { principal_tags: { a: '1', A: '2' } } },
      mustBe('a set of at most 50 tags that a session may have'),
    ],
    [
      'a reserved key',
      { [TAGS]: { principal_tags: { 'aws:a': '1' } } },
      mustBe('a set of at most 50 tags that a session may have'),
    ],
    [
      'a character that is not allowed',
      { [TAGS]: { principal_tags: { a: '<' } } },
      mustBe('a set of at most 50 tags that a session may have'),
    ],
    [
      'a transitive key without a tag',
      { [TAGS]: { principal_tags: { a: '1' }, transitive_tag_keys: ['b'] } },
      mustBe('an object whose transitive_tag_keys name its tags, each once'),
    ],
    [
      'a transitive key twice',
      { [TAGS]: { principal_tags: { a: '1', b: '2' }, transitive_tag_keys: ['a', 'A'] } },
      mustBe('an object whose transitive_tag_keys name its tags, each once'),
    ],
    [
      'transitive keys as a text',
      { [TAGS]: { principal_tags: { a: '1' }, transitive_tag_keys: 'a' } },
      mustBe('an object whose transitive_tag_keys are texts'),
    ],
    [
      'both forms',
      { [TAGS]: {}, [`${TAGS}/principal_tags/a`]: '1' },
      mustBe('nested or flattened, not both'),
    ],
    [
      'both forms of transitive keys',
      { [TAGS]: {}, [`${TAGS}/transitive_tag_keys`]: [] },
      mustBe('nested or flattened, not both'),
    ],
  ])('refuses tags: %s', (_, claims, message) => {
    expect(() => parse(claims)).toThrow(
      expect.objectContaining({ code: 'InvalidIdentityToken', message }),
    )
  })

  it.each(['ab', 'Alice.B+c=d,e@f-g_h', 's'.repeat(256)])('accepts source identity %s', text => {
    expect(parse({ [SOURCE_IDENTITY]: text }).sourceIdentity).toBe(text)
  })

  it.each(['a', 's'.repeat(257), 'a b', 'aws:root', '', 7, null, ['ab']])(
    'refuses source identity %j',
    value => {
      expect(() => parse({ [SOURCE_IDENTITY]: value })).toThrow(
        `The claim ${SOURCE_IDENTITY} is not valid`,
      )
    },
  )

  it.each([
    [ARN, [ARN]],
    [
      [ARN, `${ARN}2`],
      [ARN, `${ARN}2`],
    ],
    [[], []],
  ])('reads roles %j', (claim, arns) => {
    expect(parse({ [ROLES]: claim }).authorizedRoleArns).toEqual(arns)
  })

  it('reads roles with semicolons between them', () => {
    expect(parse({ [ROLES]: `${ARN};${ARN}2` }).authorizedRoleArns).toEqual([ARN, `${ARN}2`])
  })

  it.each([null, 1, { arn: ARN }, [1]])('refuses roles %j', claim => {
    expect(() => parse({ [ROLES]: claim })).toThrow(`The claim ${ROLES} is not valid`)
  })
})
