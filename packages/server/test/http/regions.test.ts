import { expect, it, onTestFinished } from 'vitest'
import { addAccount, addUser } from '../support/accounts.ts'
import { readLastEvent } from '../support/audit.ts'
import { type CallResponse, call } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { addOidcProvider, startOidcIssuer } from '../support/oidc-issuer.ts'
import { type Statements, trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'
import { exchangeToken } from '../support/worlds/issuer.ts'
import { findText, readXml } from '../support/xml.ts'

interface Caller {
  readonly server: TestServer
  /** Asks for a token, signed for a region. */
  readonly ask: (region: string) => Promise<CallResponse>
}

/** A user of a server with these regions. */
async function startCaller(regions: string, statements?: Statements): Promise<Caller> {
  const server = await startTestServer({ settings: { 'sts.regions': regions } })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const account = await addAccount(server, '012345678901')
  const options = statements === undefined ? {} : { statements }
  const { credentials } = await addUser(server, account, 'alice', options)
  const ask = (region: string) => call(server, credentials, tokenCall({}, { region }))
  return { server, ask }
}

async function readRegion({ server }: Caller, answer: CallResponse): Promise<unknown> {
  return (await readToken(server, answer)).awsClaims['source_region']
}

it.each(['eu-central-1', 'us-east-1', 'cn-north-1'])(
  'with one region, it stands in the token of a call that is signed for %s',
  async signed => {
    const caller = await startCaller('eu-central-1')
    const answer = await caller.ask(signed)
    expect(await readRegion(caller, answer)).toBe('eu-central-1')
    expect(readLastEvent(caller.server)).toMatchObject({ awsRegion: 'eu-central-1' })
    const extendedId = answer.headers['x-amz-sts-extended-request-id'] ?? ''
    expect(atob(extendedId)).toMatch(/^1:eu-central-1:S:/)
  },
)

it('with one region, a signature for what can be none is refused', async () => {
  const { ask } = await startCaller('eu-central-1')
  expect(await ask('Nowhere')).toMatchObject({
    status: 403,
    body: expect.stringContaining('Credential should be scoped to a valid region. '),
  })
})

it('with one region, policies decide by it whatever was signed', async () => {
  const Condition = { StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' } }
  const everything = { Action: '*', Resource: '*' }
  const statements = [
    { Effect: 'Allow', ...everything },
    { Effect: 'Deny', ...everything, Condition },
  ]
  const here = await startCaller('eu-central-1', statements)
  expect(await here.ask('us-east-1')).toMatchObject({ status: 200 })
  const elsewhere = await startCaller('eu-north-1', statements)
  expect(await elsewhere.ask('eu-central-1')).toMatchObject({ status: 403 })
})

it('several admit themselves and no other, and the caller chooses among them', async () => {
  const caller = await startCaller('eu-west-1,local')
  expect(await readRegion(caller, await caller.ask('local'))).toBe('local')
  expect(await readRegion(caller, await caller.ask('eu-west-1'))).toBe('eu-west-1')
  const refused = await caller.ask('eu-west-2')
  expect(refused.status).toBe(403)
  expect(refused.body).toContain('Credential should be scoped to a valid region. ')
})

it.each(['any', 'eu-central-1', 'eu-west-1,eu-central-1'])(
  'with %s, aws-global is taken by IAM, and by STS as its global endpoint',
  async regions => {
    const { server, ask } = await startCaller(regions)
    const refused = await ask('aws-global')
    expect(refused).toMatchObject({
      status: 400,
      body: expect.stringContaining('Operation not supported on STS global endpoint'),
    })
    const account = await addAccount(server, '012345678902')
    const { credentials } = await addUser(server, account, 'bob')
    const calls = [
      { service: 'sts', parameters: { Action: 'GetCallerIdentity' } },
      { service: 'iam', parameters: { Action: 'ListUsers' } },
    ] as const
    for (const options of calls) {
      const answer = await call(server, credentials, { ...options, region: 'aws-global' })
      expect(answer.status).toBe(200)
      expect(readLastEvent(server).awsRegion).not.toBe('aws-global')
    }
  },
)

it.each([
  ['sts', 'sts.amazonaws.com', 'GetCallerIdentity'],
  ['iam', 'iam.amazonaws.com', 'ListUsers'],
] as const)('%s takes one region alone at %s', async (service, host, Action) => {
  const { server } = await startCaller('any')
  const account = await addAccount(server, '012345678902')
  const { credentials } = await addUser(server, account, 'bob')
  const options = { service, host, parameters: { Action } }
  expect(await call(server, credentials, { ...options, region: 'us-east-1' })).toMatchObject({
    status: 200,
  })
  const refused = await call(server, credentials, { ...options, region: 'eu-west-1' })
  const text = findText(readXml(refused.body), 'Error', 'Message')
  expect([refused.status, text]).toEqual([403, 'Credential should be scoped to a valid region. '])
  expect(refused.headers).toHaveProperty('x-amzn-requestid')
  // Of STS also in the refusal of a scope (aws-wire-news §8).
  const extendedId = refused.headers['x-amz-sts-extended-request-id']
  expect(extendedId === undefined).toBe(service === 'iam')
})

it('with any, a region may be any word', async () => {
  const caller = await startCaller('any')
  expect(await readRegion(caller, await caller.ask('laptop'))).toBe('laptop')
})

it('with any, the token says what the caller has signed for', async () => {
  const caller = await startCaller('any')
  expect(await readRegion(caller, await caller.ask('ap-south-2'))).toBe('ap-south-2')
})

it.each([
  ['eu-central-1', 'eu-central-1'],
  ['eu-west-1,eu-central-1', 'eu-west-1'],
  ['any', 'us-east-1'],
])('a call without a signature counts, with %s, as made in %s', async (regions, region) => {
  const issuer = await startOidcIssuer()
  onTestFinished(() => issuer[Symbol.asyncDispose]())
  const settings = { 'sts.regions': regions, 'webIdentity.listedOrigins': issuer.url }
  const server = await startTestServer({ settings })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const account = await addAccount(server, '012345678901')
  const { arn } = await addOidcProvider(server, account, issuer.url)
  const Condition = { StringEquals: { 'aws:RequestedRegion': region } }
  const trust = trustProvider(arn, { Condition })
  const role = await addRole(server, account, 'deployer', { trust })
  const token = await issuer.sign(server.clock.nowMs())
  expect(await exchangeToken(server, role.arn, token)).toMatchObject({ status: 200 })
  expect(readLastEvent(server)).toMatchObject({ awsRegion: region })
})
