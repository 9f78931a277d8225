import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { readLastEvent } from '../support/audit.ts'
import { type CallResponse, call, type Parameters } from '../support/calls.ts'
import { ALLOW_ALL, formatPolicy, trust } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import {
  assumeRole,
  callSts,
  expectError,
  findInResult,
  identify,
  issueToken,
  readCredentials,
  sessionTags,
  type TemporaryCredentials,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import {
  ACCOUNT,
  type CallerName,
  type SessionWorld,
  startSessionWorld,
} from '../support/worlds/session.ts'

const TOKENS = { Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' }
const SCOPING = { Effect: 'Allow', Action: 'sts:GetScopedCredentials', Resource: '*' }
const ALL = { Policy: formatPolicy([ALLOW_ALL]) }

let world: SessionWorld
beforeAll(async () => {
  world = await startSessionWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

function scope(credentials: SigningCredentials, parameters: Parameters): Promise<CallResponse> {
  return callSts(world.server, credentials, 'GetScopedCredentials', parameters)
}

async function scopeDown(
  credentials: SigningCredentials,
  parameters: Parameters,
): Promise<TemporaryCredentials> {
  return readCredentials(await scope(credentials, parameters))
}

function askToken(credentials: SigningCredentials): Promise<CallResponse> {
  return call(world.server, credentials, tokenCall())
}

describe('the answer', () => {
  it('is credentials of the same session, and what they are', async () => {
    const { server, callers, role } = world
    const session = await assumeRole(server, callers.user, role, {
      SourceIdentity: 'ada',
      ...sessionTags({ Team: 'web' }),
    })
    const answer = await scope(session, {
      ...ALL,
      DurationSeconds: '600',
      ScopedSessionDescription: 'summarise the inbox',
    })
    const { accessKeyId, secretAccessKey, sessionToken } = readCredentials(answer)
    const size = sessionToken?.reveal().length ?? 0
    expect(
      answer.body,
    ).toBe(`<GetScopedCredentialsResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetScopedCredentialsResult>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey.reveal()}</SecretAccessKey>
      <SessionToken>${sessionToken?.reveal()}</SessionToken>
      <Expiration>2026-11-22T20:22:19Z</Expiration>
    </Credentials>
    <SessionInfo>
      <ScopedSessionId>${role.role.id}:session</ScopedSessionId>
      <Arn>arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session</Arn>
    </SessionInfo>
    <SessionTokenUtilization>${Math.ceil((size * 100) / 8192)}</SessionTokenUtilization>
    <SessionTokenSize>${size}</SessionTokenSize>
    <ScopedPoliciesCount>1</ScopedPoliciesCount>
    <SourceIdentity>ada</SourceIdentity>
  </GetScopedCredentialsResult>
  <ResponseMetadata>
    <RequestId>${answer.headers['x-amzn-requestid']}</RequestId>
  </ResponseMetadata>
</GetScopedCredentialsResponse>
`)
    expect(accessKeyId).not.toBe(session.accessKeyId)
    const event = readLastEvent(server)
    expect(event).toMatchObject({
      requestParameters: {
        policy: ALL.Policy,
        durationSeconds: 600,
        scopedSessionDescription: 'summarise the inbox',
      },
      responseElements: {
        credentials: { accessKeyId, expiration: '2026-11-22T20:22:19.507Z' },
        sessionInfo: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session` },
        scopedPoliciesCount: 1,
      },
    })
    expect(JSON.stringify(event)).not.toContain(secretAccessKey.reveal())
  })

  it.each<[CallerName, string, () => string]>([
    ['role', 'assumed-role/deployer/session', () => `${world.role.role.id}:session`],
    ['federated', 'federated-user/bob', () => `${ACCOUNT}:bob`],
    ['user-session', 'user/team/alice', () => world.user.user.id],
    ['root-session', 'root', () => ACCOUNT],
  ])('has the identity of the calling session: %s', async (caller, name, userId) => {
    const scoped = await scopeDown(world.callers[caller], ALL)
    const { arn } = await identify(world.server, scoped)
    expect(arn).toMatch(new RegExp(`^arn:aws:(?:sts|iam)::${ACCOUNT}:${name}$`))
    expect(await identify(world.server, scoped)).toEqual({ arn, userId: userId() })
  })

  it('keeps tags, source identity and the end of the session', async () => {
    const { server, callers, role } = world
    const session = await assumeRole(server, callers.user, role, {
      SourceIdentity: 'ada',
      ...sessionTags({ Team: 'web' }),
    })
    const scoped = await scopeDown(session, ALL)
    expect(scoped.expiration).toBe(session.expiration)
    expect((await issueToken(server, scoped)).awsClaims).toMatchObject({
      source_identity: 'ada',
      principal_tags: { Team: 'web' },
      original_session_exp: session.expiration,
    })
  })
})

describe('the lifetime', () => {
  it.each([
    ['3600', 200],
    ['3601', 400],
    ['1', 200],
  ])('of %s seconds, of a session that has 3,600', async (DurationSeconds, status) => {
    const session = await assumeRole(world.server, world.callers.user, world.role)
    const answer = await scope(session, { DurationSeconds })
    expect(answer).toMatchObject({ status })
    if (status === 200) {
      expect(findInResult(answer, 'ScopedPoliciesCount')).toBe('0')
      return
    }
    expectError(answer, [
      400,
      'InsufficientSessionLifetime',
      'The requested DurationSeconds exceeds the remaining lifetime of the calling session.',
    ])
  })

  it('ends, and later calls cannot prolong it', async () => {
    await using own = await startSessionWorld()
    const ask = (credentials: SigningCredentials, DurationSeconds: string) =>
      callSts(own.server, credentials, 'GetScopedCredentials', { DurationSeconds })
    const short = readCredentials(await ask(own.callers.role, '60'))
    own.server.clock.moveBy(20_000)
    expect(await ask(short, '40')).toMatchObject({ status: 200 })
    expect(await ask(short, '41')).toMatchObject({ status: 400 })
    own.server.clock.moveBy(40_000)
    expect(await callSts(own.server, short, 'GetCallerIdentity')).toMatchObject({ status: 403 })
    expect(await callSts(own.server, own.callers.role, 'GetCallerIdentity')).toMatchObject({
      status: 200,
    })
  })
})

it('ends with the sessions of its role', async () => {
  const { server, account, callers } = world
  const role = await addRole(server, account, 'revoked')
  const session = await assumeRole(server, callers.user, role)
  server.clock.moveBy(1000)
  const scoped = await scopeDown(session, ALL)
  const sessionsRevokedBeforeMs = server.clock.nowMs() - 500
  await server.data.store.saveRole({ ...role.role, sessionsRevokedBeforeMs })
  expect(await callSts(server, scoped, 'GetCallerIdentity')).toMatchObject({ status: 403 })
})

describe('the policies', () => {
  it.each<CallerName>(['role', 'federated', 'user-session', 'root-session'])(
    'bind a session of %s',
    async caller => {
      const Policy = formatPolicy([{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }])
      const answer = await scope(await scopeDown(world.callers[caller], { Policy }), ALL)
      expect(answer).toMatchObject({ status: 403 })
      expect(answer.body).toContain(
        'because no session policy allows the sts:GetScopedCredentials action',
      )
    },
  )

  it('intersect, layer by layer, and a fourth is refused', async () => {
    const { callers } = world
    const both = { Policy: formatPolicy([TOKENS, SCOPING]) }
    const first = await scopeDown(callers.role, both)
    const second = await scopeDown(first, ALL)
    expect(await askToken(second)).toMatchObject({ status: 200 })
    const info = await callSts(world.server, second, 'GetAccessKeyInfo', {
      AccessKeyId: 'A'.repeat(20),
    })
    expect(info.body).toContain('because no session policy allows the sts:GetAccessKeyInfo action')
    const third = await scope(second, { Policy: formatPolicy([SCOPING]) })
    expect(findInResult(third, 'ScopedPoliciesCount')).toBe('3')
    const session = readCredentials(third)
    expect(await askToken(session)).toMatchObject({ status: 403 })
    expectError(await scope(session, ALL), [
      403,
      'AccessDenied',
      'A session can have at most 3 scope-down policies.',
    ])
    const shorter = await scope(session, { DurationSeconds: '60' })
    expect(findInResult(shorter, 'ScopedPoliciesCount')).toBe('3')
    expect(await askToken(readCredentials(shorter))).toMatchObject({ status: 403 })
  })

  it('bind what a trust policy grants to the session by its name', async () => {
    const { server, account } = world
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session`
    const next = await addRole(server, account, 'next', { trust: [trust(arn)] })
    const scoped = await scopeDown(world.callers.role, { Policy: formatPolicy([TOKENS]) })
    const request = { RoleArn: next.arn, RoleSessionName: 'next' }
    expect(await callSts(server, world.callers.role, 'AssumeRole', request)).toMatchObject({
      status: 200,
    })
    expect(await callSts(server, scoped, 'AssumeRole', request)).toMatchObject({ status: 403 })
  })

  it('are on record with a denial', async () => {
    const Policy = formatPolicy([SCOPING])
    await askToken(await scopeDown(world.callers['user-session'], { Policy }))
    expect(readLastEvent(world.server).additionalEventData).toMatchObject({
      authorization: [
        { sessionPolicies: { inlinePolicy: null, policyArns: [], scopeDownPolicies: [Policy] } },
      ],
    })
  })
})

describe('a call', () => {
  it.each<CallerName>(['user', 'root'])('with a long-term key of %s is refused', async caller => {
    expectError(await scope(world.callers[caller], ALL), [
      400,
      'InvalidSubjectCredentials',
      'GetScopedCredentials can be called with temporary security credentials only.',
    ])
  })

  it('needs leave', async () => {
    const { server, account, callers } = world
    const role = await addRole(server, account, 'unscoped', { statements: [TOKENS] })
    expectError(await scope(await assumeRole(server, callers.user, role), ALL), [
      403,
      'AccessDenied',
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/unscoped/session is not authorized to perform: sts:GetScopedCredentials on resource: * because no identity-based policy allows the sts:GetScopedCredentials action`,
    ])
  })

  it('at the global endpoint is refused', async () => {
    const parameters = { Action: 'GetScopedCredentials', ...ALL }
    const answer = await call(world.server, world.callers.role, {
      parameters,
      host: 'sts.amazonaws.com',
      region: 'us-east-1',
    })
    expectError(answer, [400, 'InvalidAction', 'Operation not supported on STS global endpoint'])
  })

  const violation = (value: string, rule: string) =>
    `1 validation error detected: Value ${value} failed to satisfy constraint: Member must ${rule}`
  const DESCRIPTION = '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*'
  it.each<[string, Parameters, string, string]>([
    [
      'neither policy nor duration',
      { ScopedSessionDescription: 'nothing' },
      'ValidationError',
      'At least one of Policy and DurationSeconds must be specified.',
    ],
    ['no JSON', { Policy: '{' }, 'MalformedPolicyDocument', ''],
    [
      'a policy of 2,049 characters',
      { Policy: ' '.repeat(2049) },
      'ValidationError',
      violation(`'${' '.repeat(2049)}' at 'policy'`, 'have length less than or equal to 2048'),
    ],
    [
      'no second',
      { DurationSeconds: '0' },
      'ValidationError',
      violation("'0' at 'durationSeconds'", 'have value greater than or equal to 1'),
    ],
    [
      'more than 36 hours',
      { DurationSeconds: '129601' },
      'ValidationError',
      violation("'129601' at 'durationSeconds'", 'have value less than or equal to 129600'),
    ],
    [
      'a description of one character',
      { ...ALL, ScopedSessionDescription: 'x' },
      'ValidationError',
      violation("'x' at 'scopedSessionDescription'", 'have length greater than or equal to 2'),
    ],
    [
      'a description of 257',
      { ...ALL, ScopedSessionDescription: 'x'.repeat(257) },
      'ValidationError',
      violation(
        `'${'x'.repeat(257)}' at 'scopedSessionDescription'`,
        'have length less than or equal to 256',
      ),
    ],
    [
      'a description in another script',
      { ...ALL, ScopedSessionDescription: '说明' },
      'ValidationError',
      violation(
        "'说明' at 'scopedSessionDescription'",
        `satisfy regular expression pattern: ${DESCRIPTION}`,
      ),
    ],
    [
      'a token of 4,097 bytes',
      { ...ALL, MinimumSessionTokenSize: '4097' },
      'ValidationError',
      violation("'4097' at 'minimumSessionTokenSize'", 'have value less than or equal to 4096'),
    ],
  ])('with %s is refused', async (_, parameters, code, text) => {
    const answer = await scope(world.callers.role, parameters)
    expect(answer).toMatchObject({ status: 400 })
    expect(findError(answer)).toEqual([code, text === '' ? expect.any(String) : text])
  })
})

describe('the size of a token', () => {
  it.each(['0', '1', '1000', '4095', '4096'])('is at least %s', async MinimumSessionTokenSize => {
    for (const [action, parameters, caller] of [
      ['GetScopedCredentials', ALL, 'role'],
      ['GetSessionToken', {}, 'user'],
      ['GetFederationToken', { Name: 'bob' }, 'user'],
      ['AssumeRole', { RoleArn: world.role.arn, RoleSessionName: 'xy' }, 'user'],
    ] as const) {
      const answer = await callSts(world.server, world.callers[caller], action, {
        ...parameters,
        MinimumSessionTokenSize,
      })
      const session = readCredentials(answer)
      const length = session.sessionToken?.reveal().length ?? 0
      expect(length).toBeGreaterThanOrEqual(Number(MinimumSessionTokenSize))
      if (Number(MinimumSessionTokenSize) >= 1000) {
        expect(length).toBeLessThanOrEqual(Number(MinimumSessionTokenSize) + 4)
      }
      expect(findInResult(answer, 'SessionTokenSize')).toBe(String(length))
      expect(await callSts(world.server, session, 'GetCallerIdentity')).toMatchObject({
        status: 200,
      })
    }
  })
})

function findError({ body }: CallResponse): readonly (string | undefined)[] {
  return [
    /<Code>(.*?)<\/Code>/.exec(body)?.[1],
    /<Message>([\s\S]*?)<\/Message>/
      .exec(body)?.[1]
      ?.replaceAll('&#39;', "'")
      .replaceAll('&apos;', "'"),
  ]
}
