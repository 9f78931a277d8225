import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatAssumedRoleArn,
  formatFederatedUserArn,
  formatRoleArn,
  formatRootArn,
  formatUserArn,
} from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import type { Role, User } from '../principals/entities.ts'
import { formatAccessKeyId, formatUniqueId, parseAccountId } from '../principals/identifiers.ts'
import type { Session } from '../principals/session.ts'
import { AUDIT_EVENT_FIELDS } from './audit-event-fields.ts'
import { type AuditEventParts, createAuditEvent } from './create-audit-event.ts'
import { createServiceEvent } from './create-service-event.ts'
import type { AuditFields } from './event.ts'

const ZEROS = new Uint8Array(17)
const accountId = parseAccountId('123456789012')
const home = { partition: 'aws', accountId } as const
const account = {
  id: accountId,
  partition: 'aws',
  name: 'a',
  createdAtMs: 0,
  organization: null,
} as const
const accessKeyId = formatAccessKeyId('AKIA', ZEROS)
const longTerm = { account, accessKeyId, principalTags: [], session: null } as const

const user: User = {
  accountId,
  id: formatUniqueId('user', ZEROS),
  name: 'Alice',
  path: '/team/',
  createdAtMs: 0,
  tags: [],
  permissionsBoundaryArn: null,
}
const role: Role = {
  accountId,
  id: formatUniqueId('role', ZEROS),
  name: 'Deploy',
  path: '/',
  createdAtMs: 0,
  description: null,
  trustPolicy: '{}',
  trustPins: [],
  maxSessionSeconds: 3600,
  tags: [],
  permissionsBoundaryArn: null,
  sessionsRevokedBeforeMs: null,
}
const session: Session = {
  kind: 'assumed-role',
  name: 'ci',
  issuedAtMs: Date.UTC(2026, 10, 22, 20, 0, 0, 999),
  expiresAtMs: Date.UTC(2026, 10, 22, 21),
  tags: [],
  transitiveTagKeys: [],
  sourceIdentity: 'alice',
  federatedProvider: 'arn:aws:iam::123456789012:oidc-provider/idp.example.org',
  webIdentity: null,
  isChained: false,
  inlinePolicy: null,
  policyArns: [],
  computeContext: new Map(),
  scopeDownPolicies: [],
  identityContext: null,
}

const userArn = formatUserArn(home, user.path, user.name)
const root: Caller = {
  ...longTerm,
  kind: 'root',
  arn: formatRootArn(home),
  principalArn: formatRootArn(home),
  userId: accountId,
}
const alice: Caller = {
  ...longTerm,
  kind: 'user',
  user,
  arn: userArn,
  principalArn: userArn,
  userId: user.id,
}
const deploy: Caller = {
  ...longTerm,
  kind: 'assumed-role',
  role,
  session,
  arn: formatAssumedRoleArn(home, role.name, 'ci'),
  principalArn: formatRoleArn(home, role.path, role.name),
  userId: `${role.id}:ci`,
}

const GRANTED: AuditEventParts = {
  eventId: '7d4b1c9e-1111-4222-8333-444455556666',
  requestId: '0a1b2c3d-1111-4222-8333-444455556666',
  nowMs: Date.UTC(2026, 10, 22, 20, 12, 19, 999),
  eventSource: 'sts.amazonaws.com',
  action: 'GetWebIdentityToken',
  readOnly: true,
  region: 'eu-central-1',
  sourceIp: '192.0.2.7',
  userAgent: 'aws-sdk-js/3.1169.0',
  caller: alice,
  claimedAccessKeyId: accessKeyId,
  requestParameters: { audience: ['svc'], durationSeconds: 300, tags: [{ key: 'k', value: 'v' }] },
  responseElements: { webIdentityTokenId: '5f8c7e21-1111-4222-8333-444455556666' },
  additionalEventData: { keyId: 'RSA_0' },
  error: null,
}

const create = (changes: Partial<AuditEventParts>) => createAuditEvent({ ...GRANTED, ...changes })

describe('a granted call', () => {
  it('becomes a record with every field', () => {
    expect(createAuditEvent(GRANTED)).toEqual({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: user.id,
        arn: 'arn:aws:iam::123456789012:user/team/Alice',
        accountId: '123456789012',
        accessKeyId,
        userName: 'Alice',
      },
      eventTime: '2026-11-22T20:12:19Z',
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetWebIdentityToken',
      awsRegion: 'eu-central-1',
      sourceIPAddress: '192.0.2.7',
      userAgent: 'aws-sdk-js/3.1169.0',
      requestParameters: GRANTED.requestParameters,
      responseElements: GRANTED.responseElements,
      additionalEventData: { keyId: 'RSA_0' },
      requestID: GRANTED.requestId,
      eventID: GRANTED.eventId,
      readOnly: true,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '123456789012',
    })
  })

  it('has no field that is not described', () => {
    const refused = create({ error: { code: 'AccessDenied', message: 'no' } })
    const own = Object.keys(AUDIT_EVENT_FIELDS).filter(name => name !== 'serviceEventDetails')
    expect(Object.keys(refused)).toEqual(own)
  })
})

describe('userIdentity', () => {
  it('of the root', () => {
    expect(create({ caller: root }).userIdentity).toEqual({
      type: 'Root',
      principalId: '123456789012',
      arn: 'arn:aws:iam::123456789012:root',
      accountId: '123456789012',
      accessKeyId,
    })
  })

  it('of a role session', () => {
    expect(create({ caller: deploy }).userIdentity).toEqual({
      type: 'AssumedRole',
      principalId: `${role.id}:ci`,
      arn: 'arn:aws:sts::123456789012:assumed-role/Deploy/ci',
      accountId: '123456789012',
      accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: role.id,
          arn: 'arn:aws:iam::123456789012:role/Deploy',
          accountId: '123456789012',
          userName: 'Deploy',
        },
        webIdFederationData: { federatedProvider: session.federatedProvider },
        attributes: { creationDate: '2026-11-22T20:00:00Z', mfaAuthenticated: 'false' },
        sourceIdentity: 'alice',
      },
    })
  })

  it('of a federated user', () => {
    const federated: Session = {
      ...session,
      kind: 'federated-user',
      sourceIdentity: null,
      federatedProvider: null,
      webIdentity: null,
    }
    const arn = formatFederatedUserArn(home, 'Guest')
    const principal = { arn, principalArn: arn, session: federated }
    const caller: Caller = { ...alice, ...principal, kind: 'federated-user' }
    expect(create({ caller }).userIdentity).toMatchObject({
      type: 'FederatedUser',
      sessionContext: {
        sessionIssuer: {
          type: 'IAMUser',
          principalId: user.id,
          arn: userArn,
          userName: 'Alice',
        },
      },
    })
  })

  it('of a user with a session', () => {
    const caller: Caller = {
      ...alice,
      session: { ...session, kind: 'session-token', sourceIdentity: null, federatedProvider: null },
    }
    expect(create({ caller }).userIdentity).toMatchObject({
      type: 'IAMUser',
      userName: 'Alice',
      sessionContext: {
        attributes: { creationDate: '2026-11-22T20:00:00Z', mfaAuthenticated: 'false' },
      },
    })
  })

  it.each([
    [null, false],
    ['AKIAIOSFODNN7EXAMPLE', true],
    ['ASIAIOSFODNN7EXAMPLE', true],
    ['AKIAIOSFODNN7EXAMPL', false],
    ['AKIAIOSFODNN7EXAMPLEX', false],
    ['akiaiosfodnn7example', false],
    ['wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00', false],
    ['AKIAIOSFODNN7EXAMPLE\n', false],
    ['', false],
  ])('of nobody proven who claims %j keeps the claim: %s', (claimedAccessKeyId, isKept) => {
    const event = create({ caller: null, claimedAccessKeyId })
    expect(event.userIdentity).toEqual({
      type: 'Unknown',
      ...(isKept && { accessKeyId: claimedAccessKeyId }),
    })
    expect(event.recipientAccountId).toBeNull()
  })
})

describe('a refused call', () => {
  it('says why, and what is known', () => {
    const event = create({
      action: null,
      region: null,
      caller: null,
      requestParameters: null,
      responseElements: null,
      additionalEventData: null,
      error: { code: 'InvalidAction', message: 'Could not find operation' },
    })
    expect(event).toMatchObject({
      errorCode: 'InvalidAction',
      errorMessage: 'Could not find operation',
      eventName: 'unknown',
      awsRegion: 'unknown',
      requestParameters: null,
      responseElements: null,
    })
    expect(event).not.toHaveProperty('additionalEventData')
  })
})

describe('an event that anybody can cause', () => {
  it('has at most 4,096 bytes, whatever the request', () => {
    const longest = (unit: string) => unit.repeat(10_000)
    for (const unit of ['n', '"', '\\', '\u00e9', '\uffee', '😀']) {
      const text = longest(unit)
      const event = create({
        action: text,
        region: text,
        sourceIp: text,
        userAgent: text,
        caller: null,
        claimedAccessKeyId: accessKeyId,
        requestParameters: { a: text },
        responseElements: null,
        additionalEventData: null,
        error: { code: 'OutboundWebIdentityFederationDisabledException', message: text },
      })
      expect(Buffer.byteLength(`${JSON.stringify(event)}\n`)).toBeLessThanOrEqual(4096)
    }
  })

  it('keeps the parameters of an ordinary call', () => {
    const requestParameters = {
      roleArn: 'arn:aws:iam::123456789012:role/deploy',
      roleSessionName: 'run-1234567890',
      durationSeconds: 3600,
    }
    expect(create({ caller: null, requestParameters })).toMatchObject({ requestParameters })
  })
})

describe('text from outside', () => {
  it.each([
    ['action', 'eventName', 128],
    ['region', 'awsRegion', 128],
    ['sourceIp', 'sourceIPAddress', 128],
    ['userAgent', 'userAgent', 1024],
  ] as const)('%s is kept up to its limit', (part, field, limit) => {
    expect(create({ [part]: 'n'.repeat(limit) })[field]).toHaveLength(limit)
    expect(create({ [part]: 'n'.repeat(limit + 1) })[field]).toHaveLength(limit)
  })

  it('is cut between characters', () => {
    const messageOf = (message: string) => create({ error: { code: 'c', message } }).errorMessage
    expect(messageOf(`${'n'.repeat(1022)}😀`)).toHaveLength(1024)
    expect(messageOf(`${'n'.repeat(1023)}😀`)).toBe('n'.repeat(1023))
  })

  it('keeps a value up to its limit', () => {
    const keptOf = (length: number) =>
      create({ requestParameters: { a: 'n'.repeat(length) } }).requestParameters?.['a']
    expect(keptOf(4096)).toHaveLength(4096)
    expect(keptOf(4097)).toHaveLength(4096)
  })

  it('is replaced by its size when the whole is too large', () => {
    // {"a":["nn…","nn…"]} has 8 characters and 3 for each item besides the items themselves.
    const items = (last: number) => [...Array(24).fill('n'.repeat(4096)), 'n'.repeat(last)]
    const fits = 102_400 - 8 - 24 * 4099 - 2
    const fieldsWith = (last: number) => create({ requestParameters: { a: items(last) } })
    expect(JSON.stringify(fieldsWith(fits).requestParameters)).toHaveLength(102_400)
    expect(fieldsWith(fits + 1).requestParameters).toEqual({
      omitted: true,
      originalSize: 102_401,
      reason: 'requestParameters too large',
    })
  })

  it('loses its control characters', () => {
    const hostile = 'a\u0000\n\r\u001b[31m\u007f\u0085\u2028\u2029\u202e\u2066b\ud800'
    const event = create({ userAgent: hostile, requestParameters: { [hostile]: hostile } })
    expect(event.userAgent).toBe('a[31mb\ufffd')
    expect(Object.values(event.requestParameters ?? {})).toEqual(['a[31mb\ufffd'])
  })

  it('can be the name of a prototype', () => {
    const fields: AuditFields = JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":"x"}')
    const event = create({ requestParameters: fields })
    expect(JSON.stringify(event.requestParameters)).toBe(JSON.stringify(fields))
    expect(event).not.toHaveProperty('polluted')
  })
})

describe('credentials', () => {
  const base64url = (text: string) => Buffer.from(text).toString('base64url')
  const jwt = `${base64url('{"alg":"ES384"}')}.${base64url('{"sub":"a"}')}.${'s'.repeat(128)}`
  const signature = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'
  const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const sessionToken = `IQoJb3JpZ2luX2Vj${'aB3+'.repeat(40)}==`
  const planted = [jwt, signature, secretKey, sessionToken]

  const leaks = (event: object) => planted.filter(secret => JSON.stringify(event).includes(secret))

  it.each(planted)('do not pass where only words belong: %s', secret => {
    const hostile = `x ${secret} y`
    const event = create({
      action: hostile,
      region: hostile,
      sourceIp: hostile,
      userAgent: hostile,
      caller: null,
      claimedAccessKeyId: secret,
      error: { code: 'c', message: hostile },
    })
    expect(leaks(event)).toEqual([])
    expect(event.userAgent).toMatch(/^x \[redacted sha256:[0-9a-f]{16}\] y$/)
  })

  it('do not pass in parameters by shape', () => {
    const event = create({
      requestParameters: { a: [jwt, { b: `Authorization: …, Signature=${signature}` }] },
      responseElements: { a: `?X-Amz-Security-Token=${encodeURIComponent(sessionToken)}` },
      additionalEventData: { a: `-----BEGIN PRIVATE KEY-----\n${secretKey}` },
    })
    expect(leaks(event)).toEqual([])
    expect(JSON.stringify(event)).not.toContain(encodeURIComponent(sessionToken))
  })

  it('do not pass in parameters by name', () => {
    const event = create({
      responseElements: {
        credentials: { accessKeyId, secretAccessKey: secretKey, sessionToken, x: [{ signature }] },
        webIdentityToken: jwt,
        webIdentityTokenId: 'kept',
        token: null,
      },
    })
    expect(leaks(event)).toEqual([])
    expect(event.responseElements).toEqual({
      credentials: {
        accessKeyId,
        secretAccessKey: '[redacted]',
        sessionToken: '[redacted]',
        x: [{ signature: '[redacted]' }],
      },
      webIdentityToken: '[redacted]',
      webIdentityTokenId: 'kept',
      token: null,
    })
  })

  it('do not pass across a cut or hidden by control characters', () => {
    const padding = 'p '.repeat(500)
    const hidden = jwt.replace('.', '\u0000.')
    expect(leaks(create({ userAgent: `${padding}${jwt}` }))).toEqual([])
    expect(JSON.stringify(create({ userAgent: `${padding}${jwt}` }))).not.toContain(
      jwt.slice(0, 20),
    )
    expect(leaks(create({ userAgent: hidden }))).toEqual([])
  })

  it('do not pass between any other text', () => {
    const filler = fc.stringMatching(/^[ a-z:"',;&?=(){}<>]{0,12}$/)
    fc.assert(
      fc.property(filler, fc.constantFrom(...planted), filler, (before, secret, after) => {
        const text = `${before} ${secret} ${after}`
        expect(leaks(create({ userAgent: text, error: { code: 'c', message: text } }))).toEqual([])
      }),
    )
  })
})

describe('an event of the service', () => {
  it('has what is to be said, and neither a caller nor a request', () => {
    const event = createServiceEvent({
      eventId: GRANTED.eventId,
      nowMs: GRANTED.nowMs,
      name: 'EventsNotRecorded',
      region: 'eu-central-1',
      details: { events: 3 },
    })
    expect(event).toEqual({
      eventVersion: '1.11',
      userIdentity: { type: 'AWSService', invokedBy: 'credence' },
      eventTime: '2026-11-22T20:12:19Z',
      eventSource: 'sts.amazonaws.com',
      eventName: 'EventsNotRecorded',
      awsRegion: 'eu-central-1',
      eventID: GRANTED.eventId,
      readOnly: true,
      eventType: 'AwsServiceEvent',
      managementEvent: true,
      recipientAccountId: null,
      serviceEventDetails: { events: 3 },
    })
    expect(Object.keys(AUDIT_EVENT_FIELDS)).toEqual(expect.arrayContaining(Object.keys(event)))
  })
})
