import { linkSync, readFileSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addUser } from '../support/accounts.ts'
import { readEvents } from '../support/audit.ts'
import { buildRequest, type CallOptions, type CallResponse, call, send } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { tags, tokenCall } from '../support/token-call.ts'
import { startWorld } from '../support/worlds/http.ts'
import { expectRefusal, provoke } from './refusal.ts'
import { AUDIT_FAILURE } from './tables/failures.ts'

const SHOW_ISSUER: CallOptions = {
  service: 'iam',
  parameters: { Action: 'GetOutboundWebIdentityFederationInfo' },
}

describe('the audit', () => {
  it('has one line for each call, granted or refused, before its answer', async () => {
    await using world = await startWorld()
    const { server, callers } = world
    const unsigned = () => send(server.port, buildRequest(server.port, tokenCall()))
    const calls: readonly (readonly [
      name: string,
      error: string | null,
      () => Promise<CallResponse>,
    ])[] = [
      ['GetWebIdentityToken', null, () => call(server, callers.admin, tokenCall())],
      [
        'GetOutboundWebIdentityFederationInfo',
        null,
        () => call(server, callers.admin, SHOW_ISSUER),
      ],
      ['GetWebIdentityToken', 'MissingAuthenticationToken', unsigned],
      ['GetWebIdentityToken', 'AccessDenied', () => call(server, callers.nobody, tokenCall())],
      [
        'GetWebIdentityToken',
        'ValidationError',
        () => call(server, callers.admin, tokenCall({ DurationSeconds: '1' })),
      ],
      [
        'GetWebIdentityToken',
        'SignatureDoesNotMatch',
        () => call(server, callers.impostor, tokenCall()),
      ],
      [
        'GetWebIdentityToken',
        'InvalidClientTokenId',
        () => call(server, callers.unknown, tokenCall()),
      ],
      [
        'GetWebIdentityToken',
        'OutboundWebIdentityFederationDisabledException',
        () => call(server, callers.outsider, tokenCall()),
      ],
      [
        'NoSuchAction',
        'InvalidAction',
        () => call(server, callers.admin, { parameters: { Action: 'NoSuchAction' } }),
      ],
      ['unknown', 'MalformedQueryString', () => call(server, callers.admin, { body: 'Action=%' })],
      [
        'GetCallerIdentity',
        null,
        () => call(server, callers.root, { parameters: { Action: 'GetCallerIdentity' } }),
      ],
    ]
    for (const [index, [name, error, ask]] of calls.entries()) {
      const answer = await ask()
      const events = readEvents(world.server)
      expect(events).toHaveLength(index + 1)
      expect(events.at(-1)).toMatchObject({
        eventName: name,
        eventTime: '2026-11-22T20:12:19Z',
        requestID: answer.headers['x-amzn-requestid'],
        ...(error !== null && { errorCode: error }),
      })
      expect('errorCode' in (events.at(-1) ?? {})).toBe(error !== null)
    }
    // A request that names no action is no call.
    await call(server, callers.admin, { body: '' })
    expect(readEvents(world.server)).toHaveLength(calls.length)
  })

  it('says of a token who got which, under which key and by whose leave', async () => {
    await using world = await startWorld()
    const { server, callers } = world
    const options = tokenCall(tags([['scope', 'read']]), { headers: ['User-Agent', 'test/1.0'] })
    const { claims, header } = await readToken(server, await call(server, callers.admin, options))
    const [event] = readEvents(world.server)
    const allowedBy = [
      { layer: 'identity-based policy', policyId: 'inline:test', statementId: '0' },
    ]
    expect(event).toMatchObject({
      eventSource: 'sts.amazonaws.com',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: 'test/1.0',
      recipientAccountId: '123456789012',
      readOnly: true,
      userIdentity: {
        type: 'IAMUser',
        arn: 'arn:aws:iam::123456789012:user/admin',
        accountId: '123456789012',
        accessKeyId: callers.admin.accessKeyId,
        userName: 'admin',
      },
      requestParameters: {
        audience: ['https://api.example.com'],
        durationSeconds: 300,
        signingAlgorithm: 'ES384',
        tags: [{ key: 'scope', value: 'read' }],
      },
      responseElements: {
        webIdentityTokenId: claims.jti,
        expiration: '2026-11-22T20:17:19.507Z',
      },
      additionalEventData: {
        keyId: JSON.parse(header).kid,
        authorization: [
          { action: 'sts:GetWebIdentityToken', decidedBy: allowedBy },
          { action: 'sts:TagGetWebIdentityToken', decidedBy: allowedBy },
        ],
      },
    })
  })

  it('names the statements that denied', async () => {
    await using world = await startWorld()
    const statements = [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Sid: 'NoTokens', Effect: 'Deny', Action: 'sts:*', Resource: '*' },
    ]
    const denied = await addUser(world.server, world.account, 'denied', { statements })
    await call(world.server, denied.credentials, tokenCall())
    expect(readEvents(world.server).at(-1)).toMatchObject({
      errorCode: 'AccessDenied',
      userIdentity: { type: 'IAMUser', userName: denied.user.name },
      requestParameters: { signingAlgorithm: 'ES384' },
      responseElements: null,
      additionalEventData: {
        authorization: [
          {
            action: 'sts:GetWebIdentityToken',
            effect: 'deny',
            decidedBy: [{ policyId: 'inline:test', statementId: 'NoTokens' }],
            context: {
              'aws:username': 'denied',
              'aws:sourceip': '127.0.0.1',
              'sts:identitytokenaudience': ['https://api.example.com'],
            },
          },
        ],
      },
    })
  })

  it('calls the making of a credential report read-only, as AWS does, and records it as a change', async () => {
    await using world = await startWorld()
    await call(world.server, world.callers.admin, {
      service: 'iam',
      parameters: { Action: 'GenerateCredentialReport' },
    })
    const findings = readEvents(world.server).map(({ readOnly, additionalEventData }) => [
      readOnly,
      additionalEventData?.['changeBegun'],
    ])
    expect(findings).toEqual([
      [true, true],
      [true, undefined],
    ])
  })

  it('counts calls of unproven callers beyond a rate, each once, and no others', async () => {
    const world = await startWorld({ settings: { 'audit.unprovenCallsPerSecond': '1' } })
    const { server, callers } = world
    const ask = [
      () => send(server.port, buildRequest(server.port, tokenCall())),
      () => call(server, callers.impostor, tokenCall()),
      () => call(server, callers.unknown, tokenCall()),
    ]
    for (let index = 0; index < 30; index += 1) await ask[index % 3]?.()
    for (let index = 0; index < 30; index += 1) await call(server, callers.nobody, tokenCall())
    const refused = readEvents(world.server).filter(({ errorCode }) => errorCode !== 'AccessDenied')
    expect(refused).toHaveLength(10)
    expect(readEvents(world.server)).toHaveLength(10 + 30)
    const auditFile = join(server.directory, 'audit.jsonl')
    const copy = join(tmpdir(), `summary-${process.pid}.jsonl`)
    linkSync(auditFile, copy)
    await world[Symbol.asyncDispose]()
    const last = JSON.parse(readFileSync(copy, 'utf8').trimEnd().split('\n').at(-1) ?? '')
    unlinkSync(copy)
    expect(last).toMatchObject({
      eventType: 'AwsServiceEvent',
      eventName: 'UnprovenCallsRefused',
      serviceEventDetails: {
        calls: 20,
        errorCodes: {
          MissingAuthenticationToken: 6,
          SignatureDoesNotMatch: 7,
          InvalidClientTokenId: 7,
        },
        sources: [{ network: '127.0.0.0/24', calls: 20 }],
      },
    })
  })

  it('believes nobody whose signature is wrong', async () => {
    await using world = await startWorld()
    await call(world.server, world.callers.impostor, tokenCall())
    expect(readEvents(world.server)).toMatchObject([
      {
        userIdentity: { type: 'Unknown', accessKeyId: world.callers.admin.accessKeyId },
        recipientAccountId: null,
        requestParameters: null,
      },
    ])
  })

  it('is needed for a grant, but not for what only reads, and for nothing when told so', async () => {
    const identity = { parameters: { Action: 'GetCallerIdentity' } }
    await using strict = await startWorld({ settings: { 'audit.file': '/dev/full' } })
    const refused = await provoke(strict, AUDIT_FAILURE)
    expectRefusal(refused, AUDIT_FAILURE)
    expect(refused.body).not.toContain('eyJ')
    expect((await call(strict.server, strict.callers.admin, identity)).status).toBe(200)
    expect((await call(strict.server, strict.callers.nobody, tokenCall())).status).toBe(403)

    const change = {
      service: 'iam',
      parameters: { Action: 'CreateUser', UserName: 'new' },
    } as const
    const unchanged = await call(strict.server, strict.callers.admin, change)
    expectRefusal(unchanged, {
      what: 'a change that cannot be put on record',
      call: change,
      refusal: [
        503,
        'ServiceUnavailable',
        'The change cannot be put on record, so it is not made.',
      ],
    })
    expect(await strict.server.data.store.findUser(strict.account.id, 'new')).toBeNull()

    const report = { service: 'iam', parameters: { Action: 'GenerateCredentialReport' } } as const
    expect((await call(strict.server, strict.callers.admin, report)).status).toBe(503)
    expect(await strict.server.data.store.findCredentialReport(strict.account.id)).toBeNull()

    const settings = { 'audit.file': '/dev/full', 'audit.onFailure': 'allow' }
    await using lenient = await startWorld({ settings })
    expect((await provoke(lenient, AUDIT_FAILURE)).status).toBe(200)
    expect((await call(lenient.server, lenient.callers.admin, change)).status).toBe(200)
  })
})
