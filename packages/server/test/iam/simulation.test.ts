import {
  type ContextEntry,
  type EvaluationResult,
  paginateSimulateCustomPolicy,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

// What the simulator of AWS was seen to answer to these very inputs, unless said otherwise.

const A = 'arn:aws:s3:::simulation/a'
const B = 'arn:aws:s3:::simulation/b'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function statement(changes: object = {}): object {
  return { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...changes }
}

const ALLOW = policy(statement())
const DENY = policy(statement({ Effect: 'Deny' }))
const ALLOW_ALL = policy(statement({ Action: '*' }))
const ALLOW_PUT = policy(statement({ Action: 's3:PutObject' }))

function given(ContextKeyName: string, ...ContextKeyValues: string[]): ContextEntry {
  return { ContextKeyName, ContextKeyValues, ContextKeyType: 'string' }
}

function when(condition: object, changes: object = {}): string {
  return policy(statement({ Condition: condition, ...changes }))
}

type Input = Partial<SimulateCustomPolicyCommandInput>

async function simulate(input: Input): Promise<readonly EvaluationResult[]> {
  const answer = await world.iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [ALLOW],
      ActionNames: ['s3:GetObject'],
      ...input,
    }),
  )
  return answer.EvaluationResults ?? []
}

/** `allowed`, and the sources of the statements that matched. */
function summarize({ EvalDecision, MatchedStatements = [] }: EvaluationResult): string {
  const sources = MatchedStatements.map(({ SourcePolicyId }) => SourcePolicyId)
  return [EvalDecision, ...sources.toSorted()].join(' ')
}

describe('SimulateCustomPolicy', () => {
  it('answers for all resources when none is given', async () => {
    expect(await simulate({})).toEqual([
      {
        EvalActionName: 's3:GetObject',
        EvalResourceName: '*',
        EvalDecision: 'allowed',
        MatchedStatements: [
          {
            SourcePolicyId: 'PolicyInputList.1',
            SourcePolicyType: 'IAM Policy',
            StartPosition: { Line: 1, Column: 38 },
            EndPosition: { Line: 1, Column: 95 },
          },
        ],
        MissingContextValues: [],
      },
    ])
  })

  it('answers for each resource, and for all together', async () => {
    const [result] = await simulate({
      PolicyInputList: [policy(statement({ Resource: A }))],
      ResourceArns: [A, B],
    })
    const matched = [
      {
        SourcePolicyId: 'PolicyInputList.1',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 1, Column: 38 },
        EndPosition: { Line: 1, Column: 119 },
      },
    ]
    expect(result).toEqual({
      EvalActionName: 's3:GetObject',
      // Resources of one type are named by its template, as on AWS (aws-wire-news §8).
      EvalResourceName: `arn:aws:s3:::\${BucketName}/\${KeyName}`,
      EvalDecision: 'implicitDeny',
      MatchedStatements: matched,
      MissingContextValues: [],
      EvalDecisionDetails: {},
      ResourceSpecificResults: [
        { EvalResourceName: A, EvalResourceDecision: 'allowed', MatchedStatements: matched },
        { EvalResourceName: B, EvalResourceDecision: 'implicitDeny' },
      ],
    })
    const [single] = await simulate({ ResourceArns: [A] })
    expect(single?.EvalResourceName).toBe(A)
    expect(single?.ResourceSpecificResults).toHaveLength(1)
  })

  it.each<readonly [what: string, input: Input, results: readonly string[]]>([
    [
      'actions in their order, twice if need be',
      { ActionNames: ['s3:GetObject', 's3:GetObject', 's3:PutObject'] },
      ['allowed PolicyInputList.1', 'allowed PolicyInputList.1', 'implicitDeny'],
    ],
    ['no policy at all', { PolicyInputList: [] }, ['implicitDeny']],
    [
      'two policies that allow',
      { PolicyInputList: [ALLOW, ALLOW] },
      ['allowed PolicyInputList.1 PolicyInputList.2'],
    ],
    [
      'a denial over an allowance',
      { PolicyInputList: [ALLOW, DENY] },
      ['explicitDeny PolicyInputList.2'],
    ],
    [
      'an action in other letters',
      { ActionNames: ['S3:gEtObJeCt'] },
      ['allowed PolicyInputList.1'],
    ],
    ['a wildcard as an action', { ActionNames: ['s3:*'] }, ['implicitDeny']],
    ['an action that nobody has', { ActionNames: ['madeup:Action'] }, ['implicitDeny']],
    ['an action without a name', { ActionNames: ['s3:'] }, ['implicitDeny']],
    [
      'a context value',
      {
        PolicyInputList: [when({ StringEquals: { 'stack:key': 'yes' } })],
        ContextEntries: [given('STACK:key', 'yes')],
      },
      ['allowed PolicyInputList.1'],
    ],
    [
      'a list of one in a plain comparison',
      {
        PolicyInputList: [when({ StringEquals: { 'stack:key': 'yes' } })],
        ContextEntries: [
          {
            ContextKeyName: 'stack:key',
            ContextKeyType: 'stringList',
            ContextKeyValues: ['yes'],
          },
        ],
      },
      ['implicitDeny'],
    ],
    [
      'a list in a set comparison',
      {
        PolicyInputList: [when({ 'ForAnyValue:StringEquals': { 'stack:key': 'yes' } })],
        ContextEntries: [
          {
            ContextKeyName: 'stack:key',
            ContextKeyType: 'stringList',
            ContextKeyValues: ['no', 'yes'],
          },
        ],
      },
      ['allowed PolicyInputList.1'],
    ],
    [
      'an empty context entry',
      { PolicyInputList: [ALLOW_ALL], ContextEntries: [{}] },
      ['allowed PolicyInputList.1'],
    ],
  ])('decides with %s', async (_what, input, results) => {
    expect((await simulate(input)).map(summarize)).toEqual(results)
  })

  it.each<readonly [boundary: string, document: string, result: string, isAllowed: boolean]>([
    ['that allows', ALLOW, 'allowed PolicyInputList.1', true],
    ['that allows something else', ALLOW_PUT, 'implicitDeny', false],
    ['that denies', DENY, 'explicitDeny PermissionsBoundaryPolicyInputList.1', false],
  ])('bounds by a boundary %s', async (_what, boundary, expected, isAllowed) => {
    const detail = { AllowedByPermissionsBoundary: isAllowed }
    const [result] = await simulate({
      PermissionsBoundaryPolicyInputList: [boundary],
      ResourceArns: [A, B],
    })
    expect(result && summarize(result)).toBe(expected)
    expect(result?.PermissionsBoundaryDecisionDetail).toEqual(detail)
    for (const resource of result?.ResourceSpecificResults ?? []) {
      expect(resource.PermissionsBoundaryDecisionDetail).toEqual(detail)
    }
    const type = result?.MatchedStatements?.[0]?.SourcePolicyType
    if (expected.startsWith('explicitDeny')) expect(type).toBe('Permissions Boundary Policy')
  })

  it.each<readonly [what: string, levels: readonly (readonly string[])[], result: string]>([
    ['all allow', [[ALLOW_ALL], [ALLOW_ALL]], 'allowed PolicyInputList.1'],
    ['one denies', [[ALLOW_ALL], [DENY]], 'explicitDeny'],
    ['one allows something else', [[ALLOW_ALL], [ALLOW_PUT]], 'implicitDeny'],
    ['one has no policy', [[ALLOW_ALL], []], 'implicitDeny'],
  ])('obeys the levels of an organization: %s', async (_what, levels, expected) => {
    const [result] = await simulate({
      OrderedOrganizationPolicyInputList: levels.map(documents => ({
        ServiceControlPolicyInputList: [...documents],
      })),
    })
    expect(result && summarize(result)).toBe(expected)
    expect(result?.OrganizationsDecisionDetail).toEqual({
      AllowedByOrganizations: expected.startsWith('allowed'),
    })
  })

  const MISSING = { StringEquals: { 'stack:missing': 'yes' } }
  it.each<readonly [what: string, policies: readonly string[], missing: readonly string[]]>([
    ['a statement that would allow', [when(MISSING)], ['stack:missing']],
    [
      'a statement about another action',
      [when(MISSING, { Action: 's3:PutObject' })],
      ['stack:missing'],
    ],
    ['a statement about another resource', [when(MISSING, { Resource: B })], ['stack:missing']],
    ['a statement that would deny', [when(MISSING, { Effect: 'Deny' })], ['stack:missing']],
    ['an allowed request', [ALLOW, when(MISSING, { Effect: 'Deny' })], []],
    ['a denied request', [DENY, when(MISSING)], []],
    [
      'keys in other letters',
      [policy(statement({ Condition: { StringEquals: { 'Stack:Missing': 'a' } } })), when(MISSING)],
      ['Stack:Missing'],
    ],
    [
      'a key that is known and different',
      [when({ StringEquals: { 'aws:userid': 'me' } })],
      ['aws:userid'],
    ],
    [
      'a policy variable',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, not a template.
      [policy(statement({ Resource: 'arn:aws:s3:::simulation/${aws:username}' }))],
      ['aws:username'],
    ],
  ])('tells the missing context of %s', async (_what, PolicyInputList, missing) => {
    const [result] = await simulate({
      PolicyInputList: [...PolicyInputList],
      ResourceArns: [A],
    })
    expect(result?.MissingContextValues).toEqual(missing)
    const [resource] = result?.ResourceSpecificResults ?? []
    expect(resource?.MissingContextValues ?? []).toEqual(missing)
  })

  it('does not miss what is given', async () => {
    const [result] = await simulate({
      PolicyInputList: [when(MISSING)],
      ContextEntries: [given('stack:missing', 'no')],
    })
    expect(result).toMatchObject({ EvalDecision: 'implicitDeny', MissingContextValues: [] })
  })

  it.each<readonly [key: string, value: string, CallerArn: string | null]>([
    ['aws:userid', 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR', null],
    ['aws:PrincipalAccount', '123456789012', null],
    ['aws:userid', 'arn:aws:iam::999999999999:user/x/eve', 'arn:aws:iam::999999999999:user/x/eve'],
    ['aws:username', 'eve', 'arn:aws:iam::999999999999:user/x/eve'],
    [
      'aws:PrincipalArn',
      'arn:aws:iam::999999999999:user/x/eve',
      'arn:aws:iam::999999999999:user/x/eve',
    ],
    ['aws:PrincipalAccount', '999999999999', 'arn:aws:iam::999999999999:role/r'],
  ])('knows %s = %s', async (key, value, CallerArn) => {
    const PolicyInputList = [when({ StringEquals: { [key]: value } })]
    const [result] = await simulate({ PolicyInputList, ...(CallerArn && { CallerArn }) })
    expect(result?.EvalDecision).toBe('allowed')
    const ContextEntries = [given(key, 'something else')]
    const [overridden] = await simulate({
      PolicyInputList,
      ContextEntries,
      ...(CallerArn && { CallerArn }),
    })
    expect(overridden?.EvalDecision).toBe('implicitDeny')
  })

  it('gives the actions page by page', async () => {
    const actions = ['s3:PutObject', 'iam:GetUser', 's3:GetObject']
    const pages: unknown[] = []
    const input = { PolicyInputList: [ALLOW], ActionNames: actions, ResourceArns: [A, B] }
    for await (const page of paginateSimulateCustomPolicy(
      { client: world.iam, pageSize: 2 },
      input,
    )) {
      pages.push(page.EvaluationResults?.map(({ EvalActionName }) => EvalActionName))
      for (const result of page.EvaluationResults ?? []) {
        expect(result.ResourceSpecificResults).toHaveLength(2)
      }
    }
    expect(pages).toEqual([['s3:PutObject', 'iam:GetUser'], ['s3:GetObject']])
  })

  it('gives less at once of what takes long, and refuses what takes too long', async () => {
    const statements = Array.from({ length: 50 }, () => statement())
    const PolicyInputList = [policy(...statements)]
    const resources = (count: number) => Array.from({ length: count }, () => A)
    const ActionNames = ['s3:A', 's3:B', 's3:C']
    const first = await world.iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList,
        ActionNames,
        ResourceArns: resources(1000),
      }),
    )
    expect(first.EvaluationResults).toHaveLength(2)
    expect(first.IsTruncated).toBe(true)
    expect(await simulate({ PolicyInputList, ResourceArns: resources(2000) })).toHaveLength(1)
    await expect(
      simulate({ PolicyInputList, ResourceArns: resources(2001) }),
    ).rejects.toMatchObject({ Code: 'InvalidInput' })
  })

  it.each<readonly [input: Input, code: string, message: unknown]>([
    [
      { PermissionsBoundaryPolicyInputList: [ALLOW, ALLOW] },
      'InvalidInput',
      'The list of Permissions Boundary policies cannot exceed 1 items.',
    ],
    [{ PolicyInputList: ['{'] }, 'InvalidInput', 'Policy input list item 1 has invalid content'],
    [
      { PolicyInputList: [ALLOW, '{"Version":"2099-01-01","Statement":[]}'] },
      'InvalidInput',
      'Policy input list item 2 has invalid content',
    ],
    [
      { ActionNames: ['GetObject'] },
      'InvalidInput',
      'The action is invalid since it is missing names',
    ],
    [
      { ResourceArns: ['not-an-arn'] },
      'InvalidInput',
      'ResourceNames are not in a valid ARN format: not-an-arn.',
    ],
    [
      { ResourceArns: ['arn:aws:s3'] },
      'InvalidInput',
      'ResourceNames are not in a valid ARN format: arn:aws:s3.',
    ],
    [
      { ContextEntries: [given('stack:key', 'a', 'b')] },
      'InvalidInput',
      'Context key string expected a single value, but received 2.',
    ],
    [
      { ContextEntries: [given('stack:key', 'a'), given('STACK:KEY', 'b')] },
      'InvalidInput',
      'Duplicate context key: STACK:KEY.',
    ],
    [
      { ContextEntries: [given('stack:key')] },
      'InvalidInput',
      'Context values for context key stack:key cannot be null or empty.',
    ],
    [
      { ContextEntries: [{ ContextKeyType: 'string', ContextKeyValues: ['a'] }] },
      'InvalidInput',
      'ContextKeyName cannot be null or empty.',
    ],
    [
      { ContextEntries: [{ ContextKeyName: 'stack:key', ContextKeyValues: ['a'] }] },
      'InvalidInput',
      'Context key stack:key has invalid type null.',
    ],
    [{ Marker: 'not-a-marker' }, 'InvalidInput', 'Invalid marker for pagination.'],
    [
      { ResourcePolicy: ALLOW },
      'InvalidInput',
      'ResourcePolicy and ResourceOwner are not supported by this service.',
    ],
    [{ CallerArn: 'me' }, 'InvalidInput', 'CallerArn is not in a valid ARN format: me.'],
  ])('refuses %o', async (input, Code, message) => {
    await expect(simulate(input)).rejects.toMatchObject({ Code, message })
  })

  it.each<readonly [type: string, value: string, expected: string | null]>([
    ['numeric', '01.00', null],
    ['numeric', '+1', null],
    ['numeric', '1e2', null],
    ['numeric', 'abc', 'numeric format'],
    ['numeric', 'NaN', 'numeric format'],
    ['numeric', '0x10', 'numeric format'],
    ['numeric', ' 1 ', 'numeric format'],
    ['numeric', 'Infinity', 'numeric format'],
    ['date', '2035', null],
    ['date', 'tomorrow', 'DateTime format'],
    ['ip', '192.0.2.1', null],
    ['ip', '999.0.0.1', 'IP address'],
    ['binary', 'AAEC', null],
    ['binary', '!base64', 'base-64 encoded binary format'],
    ['boolean', 'TRUE', null],
    ['boolean', 'yes', null],
    ['string', '', null],
  ])('reads a %s %j', async (type, value, expected) => {
    for (const [ContextKeyType, values] of [
      [type, [value]],
      [`${type}List`, [value, value]],
    ] as const) {
      const entry = { ContextKeyName: 'stack:key', ContextKeyValues: [...values] }
      const simulating = simulate({
        ContextEntries: [{ ...entry, ContextKeyType } as ContextEntry],
      })
      if (expected === null) expect((await simulating)[0]?.EvalDecision).toBe('allowed')
      else {
        await expect(simulating).rejects.toMatchObject({
          Code: 'InvalidInput',
          message: `Invalid context value for key stack:key: expected ${expected}.`,
        })
      }
    }
  })
})
