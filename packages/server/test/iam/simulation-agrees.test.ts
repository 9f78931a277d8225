import { type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ContextValue } from '../../src/policy/decision.ts'
import { call, type Parameters } from '../support/calls.ts'
import { createIamClient } from '../support/worlds/iam.ts'
import {
  addPrincipal,
  type LivingPrincipal,
  type RandomPrincipal,
  type SimulatedWorld,
  simulateByCommand,
  startSimulatedWorld,
  TARGETS,
} from '../support/worlds/simulation.ts'
import { findText, readXml } from '../support/xml.ts'

let world: SimulatedWorld
let iam: IAMClient
beforeAll(async () => {
  world = await startSimulatedWorld()
  iam = createIamClient(world.server, world.admin)
})
afterAll(async () => {
  iam.destroy()
  await world[Symbol.asyncDispose]()
})

/** A real call, and the same as a question. */
interface Question {
  readonly action: string
  /** `*` where the request names nothing. */
  readonly resource: string
  readonly parameters: Parameters
  /** The condition keys of what the request says. */
  readonly given: Readonly<Record<string, ContextValue>>
  /** Sessions have no user of their own. */
  readonly isForUsers?: true
  /** IAM's simulator leaves the trust policies of roles out, so ours does. */
  readonly isAboutTrust?: true
}

const AUDIENCES = ['https://a.example', 'https://b.example']

const QUESTIONS: readonly Question[] = [
  {
    action: 'sts:GetWebIdentityToken',
    resource: '*',
    parameters: {
      'Audience.member.1': 'https://a.example',
      'Audience.member.2': 'https://b.example',
      SigningAlgorithm: 'ES384',
    },
    given: { 'sts:IdentityTokenAudience': AUDIENCES, 'sts:SigningAlgorithm': 'ES384' },
  },
  { action: 'iam:ListUsers', resource: '*', parameters: {}, given: {} },
  { action: 'iam:ListRoles', resource: '*', parameters: {}, given: {} },
  { action: 'iam:ListPolicies', resource: '*', parameters: {}, given: {} },
  { action: 'iam:ListOpenIDConnectProviders', resource: '*', parameters: {}, given: {} },
  { action: 'iam:GetAccountSummary', resource: '*', parameters: {}, given: {} },
  { action: 'iam:GetUser', resource: '*', parameters: {}, given: {}, isForUsers: true },
  { action: 'iam:ListAccessKeys', resource: '*', parameters: {}, given: {}, isForUsers: true },
  {
    action: 'iam:GetUser',
    resource: TARGETS.user,
    parameters: { UserName: 'target' },
    given: {},
  },
  {
    action: 'iam:GetRole',
    resource: TARGETS.role,
    parameters: { RoleName: 'target' },
    given: {},
  },
  {
    action: 'iam:DetachRolePolicy',
    resource: TARGETS.role,
    // Nothing is attached, so who may do it does not do it.
    parameters: { RoleName: 'target', PolicyArn: TARGETS.policy },
    given: { 'iam:PolicyARN': TARGETS.policy },
  },
  {
    action: 'iam:GetPolicy',
    resource: TARGETS.policy,
    parameters: { PolicyArn: TARGETS.policy },
    given: {},
  },
  {
    action: 'sts:AssumeRole',
    resource: TARGETS.role,
    parameters: { RoleArn: TARGETS.role, RoleSessionName: 'next' },
    given: { 'sts:RoleSessionName': 'next' },
    isAboutTrust: true,
  },
]

const element = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items)

/** Conditions on what follows from the principal, the resource, the moment or a default. */
const condition = element<object>(
  { NumericLessThanEquals: { 'sts:DurationSeconds': '300' } },
  { NumericLessThan: { 'sts:DurationSeconds': '300' } },
  { StringEquals: { 'sts:SubjectMode': 'AWSIdentity' } },
  { StringEquals: { 'sts:SigningAlgorithm': 'ES384' } },
  { StringEquals: { 'sts:IdentityTokenAudience': 'https://a.example' } },
  { 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': AUDIENCES } },
  { 'ForAnyValue:StringNotEquals': { 'sts:IdentityTokenAudience': 'https://a.example' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  { Bool: { 'aws:ViaAWSService': 'false' } },
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } },
  { DateLessThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } },
  { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
  { StringLike: { 'aws:userid': 'AIDA*' } },
  { StringLike: { 'aws:userid': 'AROA*:simulation' } },
  { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'data' } },
  { StringEquals: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/team}` } },
  { StringEquals: { 'iam:ResourceTag/team': 'data' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
  { StringEquals: { 'aws:PrincipalOrgID': 'o-example1234' } },
  { StringEquals: { 'aws:ResourceOrgID': 'o-example1234' } },
  { StringEquals: { 'aws:ResourceAccount': `\${aws:PrincipalAccount}` } },
  { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
  { ArnEquals: { 'iam:PermissionsBoundary': TARGETS.policy } },
  { ArnEquals: { 'iam:PolicyARN': TARGETS.policy } },
  ...['aws:username', 'aws:TokenIssueTime', 'aws:MultiFactorAuthPresent', 'aws:SourceIdentity']
    .concat('sts:DurationSeconds', 'aws:ResourceTag/team', 'iam:PermissionsBoundary', 'aws:userid')
    .flatMap(key => [{ Null: { [key]: 'true' } }, { Null: { [key]: 'false' } }]),
)

const action = element(
  '*',
  'sts:*',
  'iam:Get*',
  'iam:List*',
  ...QUESTIONS.map(question => question.action),
)

const resource = element(
  '*',
  'arn:aws:sts::123456789012:self',
  'arn:aws:iam::123456789012:user/*',
  `arn:aws:iam::123456789012:user/\${aws:username}`,
  'arn:aws:iam::123456789012:role/*',
  'arn:aws:iam::123456789012:oidc-provider/*',
  TARGETS.user,
  TARGETS.policy,
)

const statement = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Allow', 'Deny'),
    Action: fc.oneof(fc.constant('*'), fc.array(action, { minLength: 1, maxLength: 3 })),
    Resource: fc.oneof(fc.constant('*'), fc.array(resource, { minLength: 1, maxLength: 2 })),
    Condition: condition,
  },
  { requiredKeys: ['Effect', 'Action', 'Resource'] },
)

const statements = fc.array(statement, { minLength: 2, maxLength: 5 })

const principal: fc.Arbitrary<RandomPrincipal> = fc.record({
  kind: fc.constantFrom('user', 'role'),
  tags: element<Readonly<Record<string, string>>>({}, { team: 'data' }, { Team: 'web' }),
  statements,
  boundary: fc.option(statements, { freq: 2 }),
})

/** Whether the policies let a real call through; what becomes of it then is another matter. */
async function isAllowed({ credentials }: LivingPrincipal, question: Question): Promise<boolean> {
  const [service = '', name = ''] = question.action.split(':')
  const { status, body } = await call(world.server, credentials, {
    service: service === 'iam' ? 'iam' : 'sts',
    parameters: { Action: name, ...question.parameters },
    headers: ['User-Agent', 'test'],
  })
  return status === 200 || findText(readXml(body), 'Error', 'Code') !== 'AccessDenied'
}

function listGiven({ given }: Question): readonly (readonly [string, ContextValue])[] {
  return [['aws:SourceIp', '127.0.0.1'], ['aws:UserAgent', 'test'], ...Object.entries(given)]
}

/** What the simulator says to each question; those that give the same are asked at once. */
async function simulateByServer(
  { arn }: LivingPrincipal,
  questions: readonly Question[],
): Promise<ReadonlyMap<Question, boolean>> {
  const groups = Map.groupBy(questions, ({ given, resource }) =>
    JSON.stringify([resource === '*', given]),
  )
  const answers = await Promise.all(
    [...groups.values()].map(async group => {
      const results = await askSimulator(arn, group)
      return group.map(
        each => [each, results.get(`${each.action} ${each.resource}`) === true] as const,
      )
    }),
  )
  return new Map(answers.flat())
}

async function askSimulator(
  PolicySourceArn: string,
  group: readonly Question[],
): Promise<ReadonlyMap<string, boolean>> {
  const resources = [...new Set(group.map(({ resource }) => resource))]
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn,
      ActionNames: [...new Set(group.map(each => each.action))],
      ...(!resources.includes('*') && { ResourceArns: resources }),
      ContextEntries: group
        .slice(0, 1)
        .flatMap(listGiven)
        .map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyType: typeof value === 'string' ? 'string' : 'stringList',
          ContextKeyValues: [value].flat(),
        })),
    }),
  )
  return new Map(
    EvaluationResults.flatMap(({ EvalActionName, EvalDecision, ResourceSpecificResults }) =>
      (
        ResourceSpecificResults ?? [{ EvalResourceName: '*', EvalResourceDecision: EvalDecision }]
      ).map(
        ({ EvalResourceName, EvalResourceDecision }) =>
          [`${EvalActionName} ${EvalResourceName}`, EvalResourceDecision === 'allowed'] as const,
      ),
    ),
  )
}

it('simulations decide as real calls are decided, whoever asks', async () => {
  let counter = 0
  const decided = { allowed: 0, denied: 0 }
  await fc.assert(
    fc.asyncProperty(principal, async random => {
      counter += 1
      const living = await addPrincipal(world, `p${counter}`, random)
      const questions = QUESTIONS.filter(each => random.kind === 'user' || !each.isForUsers)
      const byServer = await simulateByServer(
        living,
        questions.filter(each => !each.isAboutTrust),
      )
      const outcomes = await Promise.all(
        questions.map(async question => {
          const isReallyAllowed = await isAllowed(living, question)
          decided[isReallyAllowed ? 'allowed' : 'denied'] += 1
          const [simulated] = await simulateByCommand(world, living.arn, {
            actions: [question.action],
            resource: question.resource,
            given: new Map(listGiven(question).map(([key, value]) => [key.toLowerCase(), value])),
          })
          return {
            question: `${question.action} on ${question.resource}`,
            real: isReallyAllowed,
            byCommand: simulated?.explanation?.decision.effect === 'allow',
            byServer: byServer.get(question) ?? isReallyAllowed,
          }
        }),
      )
      expect(
        outcomes.filter(each => each.byCommand !== each.real || each.byServer !== each.real),
      ).toEqual([])
    }),
    { numRuns: 40 },
  )
  // Else the property would say nothing.
  expect(Math.min(decided.allowed, decided.denied)).toBeGreaterThan(80)
}, 60_000)
