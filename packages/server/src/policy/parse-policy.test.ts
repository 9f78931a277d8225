import { describe, expect, test } from 'vitest'
import { MAX_LIST_VALUES } from './element-reader.ts'
import { evaluateRequest } from './evaluate.ts'
import { MAX_KEY_CHARACTERS } from './parse-condition.ts'
import { MAX_POLICY_CHARACTERS, MAX_STATEMENTS, parsePolicy } from './parse-policy.ts'
import { createRequestContext } from './request-context.ts'

const STATEMENT = { Effect: 'Allow', Action: '*', Resource: '*' }

function format(statement: object, members: object = { Version: '2012-10-17' }): string {
  return JSON.stringify({ ...members, Statement: statement })
}

function parse(statement: object) {
  return parsePolicy(format(statement), 'identity')
}

function isAllowed(document: string, context: Record<string, string>): boolean {
  const decision = evaluateRequest(
    { action: 'sts:X', resource: '*', context: createRequestContext(Object.entries(context)) },
    {
      identity: [{ policyId: 'p', policy: parsePolicy(document, 'identity') }],
      boundary: null,
      session: null,
      scopeDown: [],
      serviceControl: [],
      resourceControl: [],
      isAccountRoot: false,
    },
  )
  return decision.effect === 'allow'
}

describe('parsePolicy', () => {
  test('keeps what names the policy and its statements', () => {
    const document = format([STATEMENT, { ...STATEMENT, Sid: 'Named' }], {
      Id: 'x',
      Version: '2012-10-17',
    })
    expect(parsePolicy(document, 'boundary')).toMatchObject({
      kind: 'boundary',
      version: '2012-10-17',
      id: 'x',
      statements: [{ id: '0' }, { id: 'Named' }],
    })
  })

  test('reads a document without version and Id', () => {
    expect(parsePolicy(format(STATEMENT, {}), 'scp')).toMatchObject({
      version: '2008-10-17',
      id: null,
    })
  })

  test('reads the version wherever it stands', () => {
    const document = `{"Statement":${JSON.stringify({ ...STATEMENT, Condition: { StringEquals: { 'a:b': `\${a:c}` } } })},"Version":"2012-10-17"}`
    expect(isAllowed(document, { 'a:b': 'x', 'a:c': 'x' })).toBe(true)
  })

  test('is frozen in all its depth', () => {
    const policy = parse({
      ...STATEMENT,
      Resource: ['arn:aws:sts::*:self', `arn:aws:iam::1:user/\${aws:username}`],
      Condition: { StringLike: { 'a:b': ['x', `\${a:c}`] }, Null: { 'a:b': 'false' } },
    })
    const findThawed = (value: unknown, path: string): readonly string[] => {
      if (typeof value !== 'object' || value === null) return []
      const members = Object.entries(value).flatMap(([name, member]) =>
        findThawed(member, `${path}.${name}`),
      )
      return Object.isFrozen(value) ? members : [path, ...members]
    }
    expect(findThawed(policy, 'policy')).toEqual([])
  })

  test('compares a number without quotes by all its digits', () => {
    const document = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":100000000000000000001}}}}`
    expect(isAllowed(document, { 'a:b': '100000000000000000001' })).toBe(true)
    expect(isAllowed(document, { 'a:b': '100000000000000000000' })).toBe(false)
  })

  test('names the line and the column', () => {
    const document = '{\n  "Statement": {\n    "Effect": "Permit"\n  }\n}'
    expect(() => parsePolicy(document, 'identity')).toThrow(
      'Invalid effect: "Permit" (at $.Statement.Effect, line 3, column 15)',
    )
  })

  test('shortens what it quotes', () => {
    const action = 'x'.repeat(101)
    expect(() => parse({ ...STATEMENT, Action: action })).toThrow(`"${'x'.repeat(100)}…" is not`)
    expect(() => parse({ ...STATEMENT, Action: 'x'.repeat(100) })).toThrow(
      `"${'x'.repeat(100)}" is not`,
    )
  })
})

describe('limits', () => {
  const pad = (length: number) => format(STATEMENT).padEnd(length)

  test.each([
    ['a caller’s size', pad(200), 200],
    ['the greatest size', pad(MAX_POLICY_CHARACTERS), undefined],
  ])('%s: just enough', (_, document, limit) => {
    expect(parsePolicy(document, 'identity', { maxCharacters: limit }).statements).toHaveLength(1)
  })

  test.each([
    [
      'a caller’s size',
      pad(201),
      200,
      'A policy may have at most 200 characters (at $, line 1, column 1)',
    ],
    [
      'the greatest size',
      pad(MAX_POLICY_CHARACTERS + 1),
      undefined,
      'have at most 262144 characters',
    ],
  ])('%s: one too many', (_, document, limit, message) => {
    expect(() => parsePolicy(document, 'identity', { maxCharacters: limit })).toThrow(message)
  })

  test('bound the number of statements', () => {
    const statements = Array(MAX_STATEMENTS).fill(STATEMENT)
    expect(parse(statements).statements).toHaveLength(MAX_STATEMENTS)
    expect(() => parse([...statements, STATEMENT])).toThrow('must have 1 to 1000 statements')
  })

  test('bound the number of values of a list', () => {
    const values = Array(MAX_LIST_VALUES).fill('a:b')
    expect(parse({ ...STATEMENT, Action: values }).statements).toHaveLength(1)
    expect(() => parse({ ...STATEMENT, Action: [...values, 'a:b'] })).toThrow(
      'A list may have at most 5000 values',
    )
  })

  test('bound the characters of a condition key', () => {
    const key = 'a:'.padEnd(MAX_KEY_CHARACTERS, 'x')
    const condition = (name: string) => ({ ...STATEMENT, Condition: { Bool: { [name]: 'true' } } })
    expect(parse(condition(key)).statements).toHaveLength(1)
    expect(() => parse(condition(`${key}x`))).toThrow('is not a condition key')
  })
})
