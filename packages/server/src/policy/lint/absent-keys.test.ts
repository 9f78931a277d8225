import { describe, expect, test } from 'vitest'
import { CONDITION_KEY_GROUPS } from '../condition-keys/find-key.ts'
import { parsePolicy } from '../parse-policy.ts'
import { lintAbsentKeys } from './absent-keys.ts'

const ABSENT = 'aws:SourceVpc'

function lint(part: object, Effect = 'Allow', Version = '2012-10-17') {
  const Statement = [{ Sid: 'S', Effect, Action: '*', Resource: '*', ...part }]
  return lintAbsentKeys(parsePolicy(JSON.stringify({ Version, Statement }), 'session'))
}

function codesOf(part: object, Effect?: string, Version?: string): readonly string[] {
  return lint(part, Effect, Version).map(({ id }) => id)
}

describe('a key that no request has', () => {
  test.each<[operator: string, value: unknown, allow: string, deny: string]>([
    ['StringEquals', 'vpc-1', 'never allows', 'never applies'],
    ['StringNotEquals', 'vpc-1', 'holds for every', 'holds for every'],
    ['StringNotEquals', [], 'never allows', 'never applies'],
    ['StringEqualsIfExists', 'vpc-1', 'holds for every', 'holds for every'],
    ['ForAnyValue:StringEquals', 'vpc-1', 'never allows', 'never applies'],
    ['ForAnyValue:StringNotLikeIfExists', 'vpc-1', 'never allows', 'never applies'],
    ['ForAllValues:StringEquals', 'vpc-1', 'holds for every', 'holds for every'],
    ['Null', 'true', 'holds for every', 'holds for every'],
    ['Null', 'false', 'never allows', 'never applies'],
    ['Null', ['true', 'false'], 'holds for every', 'holds for every'],
  ])('under %s %j: in an Allow "%s", in a Deny "%s"', (operator, value, allow, deny) => {
    const condition = { Condition: { [operator]: { [ABSENT]: value } } }
    for (const [effect, words] of [
      ['Allow', allow],
      ['Deny', deny],
    ] as const) {
      const [found] = lint(condition, effect).filter(({ explanation }) =>
        explanation.includes('in no request'),
      )
      expect(found?.explanation).toContain(words)
      const isIdle = effect === 'Deny' && words === 'never applies'
      expect(found).toMatchObject({
        id: isIdle ? 'deny-never-applies' : 'key-never-there',
        statementId: 'S',
        operator: operator,
        key: ABSENT,
      })
    }
  })

  test('says why, in one sentence', () => {
    expect(lint({ Condition: { Bool: { 'aws:AssumedRoot': 'true' } } }, 'Deny')).toMatchObject([
      {
        id: 'deny-never-applies',
        statementId: 'S',
        operator: 'Bool',
        key: 'aws:AssumedRoot',
        explanation:
          'aws:AssumedRoot is in no request to this server (there is no AssumeRoot), so this Deny never applies.',
      },
    ])
  })

  test.each([
    'aws:SourceIP4',
    'sts:Audience',
    'iam:Anything',
    'AWS:PrincipalTags/x',
    'asw:SourceIp',
  ])('is one that AWS does not know: %s', key => {
    const [found] = lint({ Condition: { StringEquals: { [key]: 'x' } } })
    expect(found?.id).toBe('unknown-key')
    expect(found?.explanation).toContain(`${key} is in no request to this server (AWS documents`)
  })

  test.each(
    CONDITION_KEY_GROUPS.flatMap(({ keys }) =>
      keys.map(({ name, presence }) => [name.replaceAll('…', 'x'), presence] as const),
    ),
  )('by the table: %s, there %s', (key, presence) => {
    const found = codesOf({ Condition: { Null: { [key]: 'false' } } }, 'Deny')
    expect(found).toEqual(presence === 'never' ? ['deny-never-applies'] : [])
  })

  test.each([
    's3:prefix',
    'idp.example.com:sub',
    'token.actions.githubusercontent.com:sub',
    'aws:PrincipalTag/a/b',
    'AWS:sourceIP',
  ])('is not %s', key => {
    expect(codesOf({ Condition: { StringEquals: { [key]: 'x' } } })).toEqual([])
  })
})

const variable = (text: string): string => `\${${text}}`

describe('a policy variable that no request resolves', () => {
  const LOST = variable('aws:SourceVpc')
  const KEY = 'aws:PrincipalTag/vpc'
  test.each<[what: string, part: object, allow: readonly string[], deny: readonly string[]]>([
    [
      'the only value',
      { Condition: { StringEquals: { [KEY]: LOST } } },
      ['key-never-there'],
      ['deny-never-applies'],
    ],
    [
      'one value of two',
      { Condition: { StringEquals: { [KEY]: [LOST, 'vpc-1'] } } },
      ['key-never-there'],
      ['key-never-there'],
    ],
    [
      'under a negated operator',
      { Condition: { StringNotEquals: { [KEY]: LOST } } },
      ['key-never-there'],
      ['key-never-there'],
    ],
    [
      'with a default',
      { Condition: { StringEquals: { [KEY]: variable("aws:SourceVpc, 'x'") } } },
      [],
      [],
    ],
    [
      'the only resource',
      { Resource: `arn:aws:iam::123456789012:user/${LOST}` },
      ['key-never-there'],
      ['deny-never-applies'],
    ],
    [
      'one resource of two',
      { Resource: ['arn:aws:iam::123456789012:user/x', `arn:aws:iam::123456789012:user/${LOST}`] },
      ['key-never-there'],
      ['key-never-there'],
    ],
    [
      'another variable',
      {
        Resource: `arn:aws:iam::123456789012:user/${variable('aws:username')}`,
        Condition: { StringEquals: { [KEY]: variable('aws:PrincipalTag/vpc') + variable('*') } },
      },
      [],
      [],
    ],
  ])('%s', (_, part, allow, deny) => {
    expect(codesOf(part)).toEqual(allow)
    expect(codesOf(part, 'Deny')).toEqual(deny)
  })

  test('is told in NotResource', () => {
    const Statement = { Effect: 'Deny', Action: '*', NotResource: `arn:aws:iam::1:user/${LOST}` }
    const text = JSON.stringify({ Version: '2012-10-17', Statement })
    expect(lintAbsentKeys(parsePolicy(text, 'session'))).toMatchObject([
      { id: 'key-never-there', operator: 'NotResource', key: 'aws:sourcevpc' },
    ])
  })

  test('is none in the older version of the language', () => {
    expect(codesOf({ Condition: { StringEquals: { [KEY]: LOST } } }, 'Deny', '2008-10-17')).toEqual(
      [],
    )
  })
})
