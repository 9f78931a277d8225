import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, addUser } from '../support/accounts.ts'
import { readLastEvent } from '../support/audit.ts'
import { call } from '../support/calls.ts'
import { ALLOW_ALL, formatPolicy } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer } from '../support/server.ts'
import {
  assumeRole,
  callSts,
  expectError,
  identify,
  members,
  readCredentials,
  sessionTags,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import {
  ACCOUNT,
  type CallerName,
  policyArns,
  type SessionWorld,
  startSessionWorld,
} from '../support/worlds/session.ts'

let world: SessionWorld

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

const ATTRIBUTES = { creationDate: '2026-11-22T20:12:19Z', mfaAuthenticated: 'false' }

describe('who is on record', () => {
  it.each<[CallerName, () => object]>([
    [
      'role',
      () => ({
        type: 'AssumedRole',
        principalId: `${world.role.role.id}:session`,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session`,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: world.role.role.id,
            arn: `arn:aws:iam::${ACCOUNT}:role/team/deployer`,
            accountId: ACCOUNT,
            userName: 'deployer',
          },
          attributes: ATTRIBUTES,
        },
      }),
    ],
    [
      'user-session',
      () => ({
        type: 'IAMUser',
        principalId: world.user.user.id,
        arn: `arn:aws:iam::${ACCOUNT}:user/team/alice`,
        userName: 'alice',
        sessionContext: { attributes: ATTRIBUTES },
      }),
    ],
    [
      'root-session',
      () => ({
        type: 'Root',
        principalId: ACCOUNT,
        arn: `arn:aws:iam::${ACCOUNT}:root`,
        sessionContext: { attributes: ATTRIBUTES },
      }),
    ],
    [
      'federated',
      () => ({
        type: 'FederatedUser',
        principalId: `${ACCOUNT}:bob`,
        arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
        sessionContext: {
          sessionIssuer: {
            type: 'IAMUser',
            principalId: world.user.user.id,
            arn: `arn:aws:iam::${ACCOUNT}:user/team/alice`,
            accountId: ACCOUNT,
            userName: 'alice',
          },
          attributes: ATTRIBUTES,
        },
      }),
    ],
  ])('%s', async (caller, identity) => {
    const { server, callers } = world
    const { accessKeyId } = callers[caller]
    await callSts(server, callers[caller], 'GetCallerIdentity')
    expect(readLastEvent(server).userIdentity).toEqual({
      ...identity(),
      accountId: ACCOUNT,
      accessKeyId,
    })
  })

  it('with the source identity of the session', async () => {
    const { server, callers, role } = world
    const session = await assumeRole(server, callers.user, role, { SourceIdentity: 'alice' })
    await identify(server, session)
    expect(readLastEvent(server).userIdentity).toMatchObject({
      sessionContext: { sourceIdentity: 'alice' },
    })
  })

  it('nobody, when the session was not proven', async () => {
    const { server, callers } = world
    const { accessKeyId } = callers.role
    await callSts(server, { ...callers.role, sessionToken: null }, 'GetCallerIdentity')
    expect(readLastEvent(server)).toMatchObject({
      userIdentity: { type: 'Unknown', accessKeyId },
      recipientAccountId: null,
      errorCode: 'InvalidClientTokenId',
    })
  })
})

describe('what was asked and given', () => {
  it('AssumeRole', async () => {
    const { server, callers, role } = world
    const answer = await callSts(server, callers.user, 'AssumeRole', {
      RoleArn: role.arn,
      RoleSessionName: 'session',
      DurationSeconds: '900',
      ExternalId: 'agreed',
      SourceIdentity: 'alice',
      Policy: formatPolicy([ALLOW_ALL]),
      ...policyArns(['arn:aws:iam::aws:policy/ReadOnlyAccess']),
      ...sessionTags({ Team: 'data' }),
      ...members('TransitiveTagKeys', ['Team']),
    })
    const { accessKeyId } = readCredentials(answer)
    const event = readLastEvent(server)
    expect(event).toMatchObject({
      eventName: 'AssumeRole',
      eventSource: 'sts.amazonaws.com',
      readOnly: true,
      recipientAccountId: ACCOUNT,
      requestID: answer.headers['x-amzn-requestid'],
    })
    expect(event.requestParameters).toEqual({
      roleArn: role.arn,
      roleSessionName: 'session',
      durationSeconds: 900,
      externalId: 'agreed',
      sourceIdentity: 'alice',
      policy: formatPolicy([ALLOW_ALL]),
      policyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      tags: [{ key: 'Team', value: 'data' }],
      transitiveTagKeys: ['Team'],
    })
    expect(event.responseElements).toEqual({
      credentials: { accessKeyId, expiration: '2026-11-22T20:27:19.507Z' },
      packedPolicySize: 4,
      assumedRoleUser: {
        assumedRoleId: `${role.role.id}:session`,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session`,
      },
      sourceIdentity: 'alice',
    })
    const decisions = event.additionalEventData?.['authorization']
    expect(decisions).toMatchObject([
      { action: 'sts:SetSourceIdentity', resource: role.arn, effect: 'allow' },
      { action: 'sts:AssumeRole', effect: 'allow' },
      { action: 'sts:TagSession', effect: 'allow' },
    ])
    expect(JSON.stringify(decisions)).toContain(
      `{"layer":"resource-based policy","policyId":"trust:${role.arn}","statementId":"0"}`,
    )
  })

  it('a refused AssumeRole, with the decision that nobody is told', async () => {
    const { server, callers } = world
    const arn = `arn:aws:iam::${ACCOUNT}:role/nobody`
    const request = { RoleArn: arn, RoleSessionName: 'session' }
    const answer = await callSts(server, callers.user, 'AssumeRole', request)
    expect(answer).toMatchObject({ status: 403 })
    expect(readLastEvent(server)).toMatchObject({
      errorCode: 'AccessDenied',
      requestParameters: { roleArn: arn, roleSessionName: 'session' },
      responseElements: null,
      additionalEventData: {
        authorization: [{ action: 'sts:AssumeRole', resource: arn, effect: 'deny', decidedBy: [] }],
      },
    })
  })

  it('GetSessionToken', async () => {
    const { server, callers } = world
    const asked = { DurationSeconds: '900' }
    const answer = await callSts(server, callers.user, 'GetSessionToken', asked)
    const { accessKeyId } = readCredentials(answer)
    expect(readLastEvent(server)).toMatchObject({
      requestParameters: { durationSeconds: 900 },
      responseElements: { credentials: { accessKeyId, expiration: '2026-11-22T20:27:19.507Z' } },
    })
  })

  it('GetFederationToken', async () => {
    const { server, callers } = world
    const parameters = { Name: 'bob', ...sessionTags({ Team: 'data' }) }
    const answer = await callSts(server, callers.user, 'GetFederationToken', parameters)
    const { accessKeyId } = readCredentials(answer)
    expect(readLastEvent(server)).toMatchObject({
      requestParameters: { name: 'bob', tags: [{ key: 'Team', value: 'data' }] },
      responseElements: {
        credentials: { accessKeyId },
        federatedUser: {
          federatedUserId: `${ACCOUNT}:bob`,
          arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
        },
      },
    })
  })

  it('GetWebIdentityToken of a session', async () => {
    const { server, callers } = world
    await call(server, callers.role, tokenCall())
    expect(readLastEvent(server)).toMatchObject({
      eventName: 'GetWebIdentityToken',
      userIdentity: { type: 'AssumedRole' },
      responseElements: { expiration: '2026-11-22T20:17:19.507Z' },
    })
  })
})

describe('a session that cannot be put on record', () => {
  it('is not made', async () => {
    await using server = await startTestServer({ settings: { 'audit.file': '/dev/full' } })
    const account = await addAccount(server, ACCOUNT)
    const { credentials } = await addUser(server, account, 'alice')
    const { arn } = await addRole(server, account, 'deployer')
    for (const [action, parameters] of [
      ['AssumeRole', { RoleArn: arn, RoleSessionName: 'session' }],
      ['GetSessionToken', {}],
      ['GetFederationToken', { Name: 'bob' }],
    ] as const) {
      const answer = await callSts(server, credentials, action, parameters)
      const text = 'The call cannot be put on record.'
      expectError(answer, [503, 'ServiceUnavailable', text])
    }
  })
})

describe('neither audit nor log has what opens a session', () => {
  it('its secret or its token', async () => {
    const { server, callers } = world
    const written = `${server.readAudit()}${server.readLog()}`
    expect(written).toContain(callers.role.accessKeyId)
    for (const { secretAccessKey, sessionToken } of Object.values(callers)) {
      expect(written).not.toContain(secretAccessKey.reveal())
      const token = sessionToken?.reveal()
      if (token === undefined) continue
      expect(written).not.toContain(token)
      expect(written).not.toContain(token.slice(40, 80))
    }
  })
})
