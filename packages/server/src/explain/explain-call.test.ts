import { describe, expect, it } from 'vitest'
import { createAuditEvent } from '../audit/create-audit-event.ts'
import {
  addInlinePolicy,
  CALLERS,
  createWorld,
  formatPolicy,
  type World,
} from '../directory/test/world.ts'
import { toDecisionFields } from '../pipeline/to-decision-fields.ts'
import type { AuthorizationRequest } from '../policy/decision.ts'
import { formatOidcProviderArn } from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import { ACCOUNT_ID, createRole, createRoleId, createUserId } from '../store/test/records.ts'
import { explainCall } from './explain-call.ts'
import { explainQuestion } from './explain-question.ts'
import { parseRecordedCall, type RecordedCall } from './recorded-call.ts'

const REQUEST: AuthorizationRequest = {
  action: 'sts:GetWebIdentityToken',
  resource: '*',
  context: new Map<string, string | readonly string[]>([
    ['aws:sourceip', '192.0.2.7'],
    ['aws:tagkeys', ['a', 'b']],
  ]),
}

/** The call as the audit has it: decided by the server's own rules, written and read again. */
async function record(
  world: World,
  caller: Caller,
  request: AuthorizationRequest = REQUEST,
): Promise<RecordedCall> {
  const now = await explainQuestion(world.directory, caller, request)
  const decision = now?.decision ?? null
  const event = createAuditEvent({
    eventId: 'e',
    requestId: 'r',
    nowMs: 0,
    eventSource: 'sts.amazonaws.com',
    action: 'GetWebIdentityToken',
    readOnly: true,
    region: 'us-east-1',
    sourceIp: '192.0.2.7',
    userAgent: 'test',
    caller,
    claimedAccessKeyId: null,
    requestParameters: null,
    responseElements: null,
    additionalEventData: {
      authorization: [toDecisionFields({ request, decision, isAboutTrust: false }, caller)],
    },
    error: null,
  })
  const call = parseRecordedCall(JSON.stringify(event))
  if (call === null) throw new Error('the audit event is not readable')
  return call
}

async function explainOne(world: World, call: RecordedCall) {
  await world.follow()
  const [explained] = await explainCall(world.store, world.directory, call)
  if (explained === undefined) throw new Error('there is no decision')
  return explained
}

describe('a denied call is evaluated again for each kind of caller', () => {
  it.each([
    ['a user', CALLERS.user, 'identity-based policy'],
    ['a session of a user', CALLERS.sessionToken, 'identity-based policy'],
    ['a role', CALLERS.role, 'identity-based policy'],
    ['a federated user', CALLERS.federatedUser, 'identity-based policy'],
  ] as const)('%s', async (_what, find, layer) => {
    const world = await createWorld()
    const call = await record(world, await find(world))
    const { now, obstacle, isChanged } = await explainOne(world, call)
    expect(now?.decision).toMatchObject({ effect: 'deny', kind: 'implicit', layer })
    expect({ obstacle, isChanged }).toEqual({ obstacle: null, isChanged: false })
  })

  it('a session with the policies that it had', async () => {
    const world = await createWorld()
    await addInlinePolicy(world, createRoleId(1), formatPolicy('Allow', '*'))
    const inlinePolicy = formatPolicy('Allow', 's3:*')
    const call = await record(world, await CALLERS.role(world, { inlinePolicy }))
    const { now } = await explainOne(world, call)
    expect(now?.decision).toMatchObject({ effect: 'deny', layer: 'session policy' })
    expect(now?.layers.at(-1)?.policies).toMatchObject([{ policyId: 'inline:session' }])
  })

  it('the root of an account', async () => {
    const organization = {
      organizationId: 'o-example1234',
      path: ['r-ab12'],
      isManagementAccount: false,
    }
    const world = await createWorld({ organization })
    await world.store.saveControlPolicy({
      organizationId: 'o-example1234',
      targetId: 'r-ab12',
      kind: 'scp',
      name: 'deny',
      document: formatPolicy('Deny', 'sts:*'),
    })
    const call = await record(world, await CALLERS.root(world))
    expect((await explainOne(world, call)).now?.decision).toMatchObject({
      kind: 'explicit',
      layer: 'service control policy',
    })
  })

  it.each(['https', 'http'])('a token of an identity provider with an %s URL', async scheme => {
    const world = await createWorld()
    const user = await CALLERS.user(world)
    const { account } = user
    const home = { partition: account.partition, accountId: ACCOUNT_ID }
    const arn = formatOidcProviderArn(home, 'idp.example.com')
    const provider = {
      accountId: ACCOUNT_ID,
      arn,
      url: `${scheme}://idp.example.com`,
      clientIds: ['app'],
      thumbprints: [],
      tags: [],
      inlineJwks: null,
      contextProvider: null,
      createdAtMs: 0,
    }
    await world.store.createOidcProvider(provider)
    const trustPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: arn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'idp.example.com:sub': 'repo:main' } },
      },
    })
    await world.store.createRole(createRole(2, { trustPolicy }))
    const caller: Caller = {
      kind: 'web-identity',
      account,
      arn,
      principalArn: arn,
      userId: `${arn}:app:repo:other`,
      principalTags: [],
      accessKeyId: null,
      session: null,
      identity: {
        provider,
        issuer: provider.url,
        subject: 'repo:other',
        audience: 'app',
        originalAudiences: ['app'],
        sourceIdentity: null,
        sessionTags: [],
        transitiveTagKeys: [],
        authorizedRoleArns: null,
        authenticationMethods: null,
        email: null,
        providerClaims: new Map(),
        identityContext: null,
      },
    }
    const call = await record(world, caller, {
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: `arn:aws:iam::${ACCOUNT_ID}:role${createRole(2).path}${createRole(2).name}`,
      context: new Map([['idp.example.com:sub', 'repo:other']]),
    })
    const { now, isChanged } = await explainOne(world, call)
    expect(isChanged).toBe(false)
    expect(now?.layers.find(({ layer }) => layer === 'resource-based policy')).toMatchObject({
      policies: [{ statements: [{ mismatch: { part: 'condition', key: 'idp.example.com:sub' } }] }],
    })
  })
})

describe('policies that have changed since', () => {
  it.each([
    ['allow it now', formatPolicy('Allow', '*'), 'allow'],
    ['deny it by a statement now', formatPolicy('Deny', '*'), 'deny'],
  ])('%s', async (_what, document, effect) => {
    const world = await createWorld()
    const call = await record(world, await CALLERS.user(world))
    await addInlinePolicy(world, createUserId(1), document)
    const { now, isChanged } = await explainOne(world, call)
    expect(now?.decision.effect).toBe(effect)
    expect(isChanged).toBe(true)
  })
})

describe('a call is not evaluated again', () => {
  it('when it was allowed', async () => {
    const world = await createWorld()
    await addInlinePolicy(world, createUserId(1), formatPolicy('Allow', '*'))
    const call = await record(world, await CALLERS.user(world))
    const { recorded, ...rest } = await explainOne(world, call)
    expect(rest).toEqual({ now: null, obstacle: 'allowed', isChanged: null })
    expect(recorded).toMatchObject({ effect: 'allow', decidedBy: [{ policyId: 'inline:p' }] })
    expect(recorded.context).toBeUndefined()
  })

  it.each([
    ['its caller is gone', 'principal gone', REQUEST],
    ['it is about a role that is not there', 'no such role', assumeRole('nobody')],
  ] as const)('when %s', async (_what, obstacle, request) => {
    const world = await createWorld()
    const call = await record(world, await CALLERS.user(world), request)
    if (obstacle === 'principal gone') await world.store.deleteUser(ACCOUNT_ID, createUserId(1))
    expect(await explainOne(world, call)).toMatchObject({ obstacle, now: null })
  })

  it.each([
    ['a value looks like a token', `eyJhbGciOiJFUzM4NCJ9.${'x'.repeat(40)}.${'y'.repeat(40)}`],
    ['a value was cut', 'x'.repeat(5_000)],
  ])('when %s', async (_what, value) => {
    const world = await createWorld()
    const context = new Map([['sts:externalid', value]])
    const call = await record(world, await CALLERS.user(world), { ...REQUEST, context })
    expect(await explainOne(world, call)).toMatchObject({ obstacle: 'altered context' })
  })

  it('when what it was about, or a session policy, looks like a secret', async () => {
    const world = await createWorld()
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
    const resource = `arn:aws:iam::${ACCOUNT_ID}:role/${secret}`
    const call = await record(world, await CALLERS.user(world), { ...REQUEST, resource })
    expect(await explainOne(world, call)).toMatchObject({ obstacle: 'altered context' })
    const inlinePolicy = formatPolicy('Allow', '*').replace('{', `{ "Id": "${secret}",`)
    const ofSession = await record(world, await CALLERS.role(world, { inlinePolicy }))
    expect(await explainOne(world, ofSession)).toMatchObject({ obstacle: 'altered context' })
  })

  it('when the record is older than the keys in it', async () => {
    const world = await createWorld()
    const call = await record(world, await CALLERS.user(world))
    const [decision] = call.additionalEventData?.authorization ?? []
    if (decision === undefined) throw new Error('there is no decision')
    const { context: _context, ...older } = decision
    const rewritten = { ...call, additionalEventData: { authorization: [older] } }
    expect(await explainOne(world, rewritten)).toMatchObject({ obstacle: 'no context' })
  })
})

function assumeRole(name: string): AuthorizationRequest {
  const resource = `arn:aws:iam::${ACCOUNT_ID}:role/${name}`
  return { action: 'sts:AssumeRole', resource, context: new Map() }
}
