import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUser } from '../support/accounts.ts'
import { call, type Parameters } from '../support/calls.ts'
import { callSts, expectError, identify, readCredentials } from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import {
  ACCOUNT,
  type CallerName,
  type SessionWorld,
  startSessionWorld,
} from '../support/worlds/session.ts'

let world: SessionWorld

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

const OPERATIONS = [
  'GetCallerIdentity',
  'GetWebIdentityToken',
  'AssumeRole',
  'GetSessionToken',
  'GetFederationToken',
  'GetAccessKeyInfo',
  'DecodeAuthorizationMessage',
] as const

const denied = (message: string) => [403, 'AccessDenied', message] as const
const refused = (action: string) => denied(`Cannot call ${action} with session credentials`)
const GRANTED = null
/** Let through to its own check of what it was given. */
const REACHED = [400, 'InvalidAuthorizationMessageException', 'Message is not valid'] as const
const NO_ROOT = denied('Roles may not be assumed by root accounts.')

type Outcome = readonly [status: number, code: string, message: string] | null

/** Which operations of STS each kind of credentials may call (aws-wire §1.3, §8). */
const OUTCOMES: Readonly<Record<CallerName, readonly Outcome[]>> = {
  user: [GRANTED, GRANTED, GRANTED, GRANTED, GRANTED, GRANTED, REACHED],
  root: [
    GRANTED,
    GRANTED,
    NO_ROOT,
    GRANTED,
    denied('Cannot call GetFederationToken as the account root'),
    GRANTED,
    REACHED,
  ],
  role: [
    GRANTED,
    GRANTED,
    GRANTED,
    refused('GetSessionToken'),
    refused('GetFederationToken'),
    GRANTED,
    REACHED,
  ],
  'user-session': [
    GRANTED,
    GRANTED,
    GRANTED,
    refused('GetSessionToken'),
    refused('GetFederationToken'),
    refused('GetAccessKeyInfo'),
    refused('DecodeAuthorizationMessage'),
  ],
  'root-session': [
    GRANTED,
    GRANTED,
    NO_ROOT,
    refused('GetSessionToken'),
    refused('GetFederationToken'),
    refused('GetAccessKeyInfo'),
    refused('DecodeAuthorizationMessage'),
  ],
  federated: [
    GRANTED,
    denied('GetWebIdentityToken does not support federated user sessions'),
    refused('AssumeRole'),
    refused('GetSessionToken'),
    refused('GetFederationToken'),
    refused('GetAccessKeyInfo'),
    refused('DecodeAuthorizationMessage'),
  ],
}

const ROWS = Object.entries(OUTCOMES).flatMap(([caller, outcomes]) =>
  OPERATIONS.map((action, index) => ({
    caller: caller as CallerName,
    action,
    outcome: outcomes[index] ?? null,
  })),
)

function parametersOf(action: (typeof OPERATIONS)[number]): Parameters {
  switch (action) {
    case 'GetWebIdentityToken':
      return { 'Audience.member.1': 'a', SigningAlgorithm: 'ES384' }
    case 'AssumeRole':
      return { RoleArn: world.role.arn, RoleSessionName: 'session' }
    case 'GetFederationToken':
      return { Name: 'bob' }
    case 'GetAccessKeyInfo':
      return { AccessKeyId: world.callers.user.accessKeyId }
    case 'DecodeAuthorizationMessage':
      return { EncodedMessage: 'bm90IHNlYWxlZA==' }
    default:
      return {}
  }
}

describe('operations of STS', () => {
  it.each(ROWS)('$caller calls $action', async ({ caller, action, outcome }) => {
    const { server, callers } = world
    const answer = await callSts(server, callers[caller], action, parametersOf(action))
    if (outcome === null) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, outcome)
  })
})

describe('operations of IAM', () => {
  const DEAD = [
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid',
  ] as const

  it.each<[CallerName, Outcome]>([
    ['user', null],
    ['root', null],
    ['role', null],
    ['user-session', DEAD],
    ['root-session', DEAD],
    ['federated', DEAD],
  ])('%s', async (caller, outcome) => {
    const { server, callers } = world
    const parameters = { Action: 'GetOutboundWebIdentityFederationInfo' }
    const answer = await call(server, callers[caller], { service: 'iam', parameters })
    if (outcome === null) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, outcome)
  })
})

describe('who they are', () => {
  it.each<[CallerName, () => { arn: string; userId: string }]>([
    ['user-session', () => ({ arn: userArn(), userId: world.user.user.id })],
    ['root-session', () => ({ arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT })],
    [
      'federated',
      () => ({ arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`, userId: `${ACCOUNT}:bob` }),
    ],
  ])('%s', async (caller, expected) => {
    expect(await identify(world.server, world.callers[caller])).toEqual(expected())
  })

  const userArn = () => `arn:aws:iam::${ACCOUNT}:user/team/alice`
})

describe('how long they last', () => {
  it.each<[CallerName, string, number | null, string]>([
    ['user', 'GetSessionToken', null, '2026-11-23T08:12:19Z'],
    ['user', 'GetSessionToken', 129_600, '2026-11-24T08:12:19Z'],
    ['root', 'GetSessionToken', null, '2026-11-22T21:12:19Z'],
    ['root', 'GetSessionToken', 900, '2026-11-22T20:27:19Z'],
    // A root gets an hour, whatever it asks for.
    ['root', 'GetSessionToken', 129_600, '2026-11-22T21:12:19Z'],
    ['user', 'GetFederationToken', null, '2026-11-23T08:12:19Z'],
    ['user', 'GetFederationToken', 900, '2026-11-22T20:27:19Z'],
  ])('%s by %s for %s', async (caller, action, seconds, end) => {
    const { server, callers } = world
    const answer = await callSts(server, callers[caller], action, {
      ...(action === 'GetFederationToken' && { Name: 'bob' }),
      ...(seconds !== null && { DurationSeconds: String(seconds) }),
    })
    expect(readCredentials(answer).expiration).toBe(end)
  })
})

describe('GetSessionToken', () => {
  it('needs no permission and cannot be denied', async () => {
    const { server, account } = world
    const deny = [{ Effect: 'Deny', Action: '*', Resource: '*' }]
    const { credentials } = await addUser(server, account, 'denied', { statements: deny })
    const session = readCredentials(await callSts(server, credentials, 'GetSessionToken'))
    const answer = await call(server, session, tokenCall())
    const text = `User: arn:aws:iam::${ACCOUNT}:user/denied is not authorized to perform: sts:GetWebIdentityToken on resource: arn:aws:sts::${ACCOUNT}:self with an explicit deny in an identity-based policy`
    expectError(answer, [403, 'AccessDenied', text])
  })
})
