import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addRootKey, addUser } from '../support/accounts.ts'
import { readLastEvent } from '../support/audit.ts'
import { type CallOptions, type CallResponse, call } from '../support/calls.ts'
import { ALLOW_ALL, formatPolicy } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { assumeRole, callSts, readCredentials } from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { type IssuerWorld, startIssuerWorld } from '../support/worlds/issuer.ts'

const WHO: CallOptions = { parameters: { Action: 'GetCallerIdentity' } }
const LIST: CallOptions = { service: 'iam', parameters: { Action: 'ListUsers' } }
const TAG: CallOptions = {
  service: 'iam',
  parameters: {
    Action: 'TagUser',
    UserName: 'alice',
    'Tags.member.1.Key': 'a',
    'Tags.member.1.Value': 'b',
  },
}

const isThrottled = ({ status, body }: CallResponse) =>
  status === 400 &&
  body.includes('<Type>Sender</Type>\n    <Code>Throttling</Code>') &&
  body.includes('<Message>Rate exceeded</Message>')

/** An account may make three calls a second, and a principal two. */
const LIMITS = { 'limits.rateAccountPerSecond': '3', 'limits.ratePrincipalPerSecond': '2' }

/** A server with {@link LIMITS}. */
async function startLimited(settings: Readonly<Record<string, string>> = {}) {
  const server = await startTestServer({
    settings: { ...LIMITS, ...settings },
  })
  const account = await addAccount(server, '111111111111')
  const alice = await addUser(server, account, 'alice')
  const bob = await addUser(server, account, 'bob')
  return { server, account, alice: alice.credentials, bob: bob.credentials }
}

/** Makes calls one after another; for each, whether it was throttled. */
async function throttledOf(calls: readonly (() => Promise<CallResponse>)[]): Promise<boolean[]> {
  const results: boolean[] = []
  for (const each of calls) results.push(isThrottled(await each()))
  return results
}

describe('rate limits', () => {
  let world: Awaited<ReturnType<typeof startLimited>>
  let server: TestServer

  beforeAll(async () => {
    world = await startLimited()
    server = world.server
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('bound a principal, then its account, and let go as time passes', async () => {
    const { alice, bob } = world
    server.clock.moveBy(60_000)
    const ask = (credentials: typeof alice) => () => call(server, credentials, tokenCall())
    expect(
      await throttledOf([ask(alice), ask(alice), ask(alice), ask(bob), ask(bob), ask(bob)]),
    ).toEqual([false, false, true, false, true, true])
    server.clock.moveBy(500)
    // One token for each principal; one and a half for the account.
    expect(await throttledOf([ask(alice), ask(alice), ask(bob)])).toEqual([false, true, true])
    server.clock.moveBy(60_000)
    expect(await throttledOf([ask(alice), ask(alice)])).toEqual([false, false])
  })

  it('count STS, reads and writes of IAM apart', async () => {
    const { alice } = world
    server.clock.moveBy(60_000)
    const ask = (options: CallOptions) => () => call(server, alice, options)
    expect(
      await throttledOf([ask(WHO), ask(tokenCall()), ask(WHO), ask(LIST), ask(LIST), ask(LIST)]),
    ).toEqual([false, false, true, false, false, true])
    expect(await throttledOf([ask(TAG), ask(TAG), ask(TAG)])).toEqual([false, false, true])
  })

  it('count calls that are refused later too, but none whose signature is wrong', async () => {
    const { alice, bob } = world
    server.clock.moveBy(60_000)
    const wrong = { ...alice, secretAccessKey: bob.secretAccessKey }
    const ask = (credentials: typeof alice, changes = {}) =>
      call(server, credentials, tokenCall(changes))
    for (let count = 0; count < 5; count += 1) expect((await ask(wrong)).status).toBe(403)
    expect((await ask(alice, { DurationSeconds: '1' })).body).toContain('ValidationError')
    expect((await ask(alice, { SigningAlgorithm: 'HS256' })).body).toContain('ValidationError')
    expect(isThrottled(await ask(alice))).toBe(true)
  })

  it('are on record: who, what and why', async () => {
    const { alice } = world
    server.clock.moveBy(60_000)
    for (let count = 0; count < 3; count += 1) await call(server, alice, tokenCall())
    const event = readLastEvent(server)
    expect(event).toMatchObject({
      eventName: 'GetWebIdentityToken',
      errorCode: 'Throttling',
      errorMessage: 'Rate exceeded',
      userIdentity: { arn: 'arn:aws:iam::111111111111:user/alice' },
      recipientAccountId: '111111111111',
      responseElements: null,
    })
  })
})

describe('whoever takes other names', () => {
  it.each(['role sessions', 'federated users'])(
    '%s share the limit of who is behind',
    async kind => {
      await using stack = new AsyncDisposableStack()
      const { server, account, alice } = await startLimited({
        'limits.rateAccountPerSecond': '100',
      })
      stack.use(server)
      const role = await addRole(server, account, 'deployer')
      const credentials = []
      for (let count = 0; count < 3; count += 1) {
        server.clock.moveBy(60_000)
        credentials.push(
          kind === 'role sessions'
            ? await assumeRole(server, alice, role, { RoleSessionName: `session-${count}` })
            : readCredentials(
                await callSts(server, alice, 'GetFederationToken', {
                  Name: `name-${count}`,
                  Policy: formatPolicy([ALLOW_ALL]),
                }),
              ),
        )
      }
      server.clock.moveBy(60_000)
      expect(await throttledOf(credentials.map(each => () => call(server, each, WHO)))).toEqual([
        false,
        false,
        true,
      ])
    },
  )

  it('a root and the users of its account have limits of their own', async () => {
    await using stack = new AsyncDisposableStack()
    const { server, account, alice } = await startLimited({ 'limits.rateAccountPerSecond': '100' })
    stack.use(server)
    const root = await addRootKey(server, account)
    const ask = (credentials: SigningCredentials) => () => call(server, credentials, WHO)
    expect(await throttledOf([ask(alice), ask(alice), ask(root), ask(root), ask(root)])).toEqual([
      false,
      false,
      false,
      false,
      true,
    ])
  })
})

const DISTRUST = [
  { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRoleWithWebIdentity' },
]

describe('whoever brings a token of another issuer', () => {
  let world: IssuerWorld

  beforeAll(async () => {
    world = await startIssuerWorld(undefined, LIMITS)
  })
  afterAll(() => world[Symbol.asyncDispose]())

  const exchange = (sub: string, roleArn?: string) => async () =>
    world.exchange(await world.sign({ sub }), roleArn)

  it('has the limit of the token’s subject, then that of the account', async () => {
    world.server.clock.moveBy(60_000)
    const [one, other] = [exchange('one'), exchange('other')]
    expect(await throttledOf([one, one, one, other, other])).toEqual([
      false,
      false,
      true,
      false,
      true,
    ])
    world.server.clock.moveBy(500)
    expect(await throttledOf([one, one])).toEqual([false, true])
  })

  it('has one limit for all roles, also for those that do not trust it', async () => {
    world.server.clock.moveBy(60_000)
    const [own, distrusting] = [await world.addRole(), await world.addRole({ trust: DISTRUST })]
    const calls = [exchange('one', distrusting.arn), exchange('one', own.arn), exchange('one')]
    expect(await throttledOf(calls)).toEqual([false, false, true])
  })

  it('shares the limit of the account with callers that sign', async () => {
    const { server, account } = world
    server.clock.moveBy(60_000)
    const { credentials } = await addUser(server, account, 'alice')
    const who = () => call(server, credentials, WHO)
    const [one, other] = [exchange('one'), exchange('other')]
    expect(await throttledOf([who, one, other, other])).toEqual([false, false, false, true])
    expect(await throttledOf([who])).toEqual([true])
  })

  it('uses up nobody’s limit by tokens that prove nothing', async () => {
    world.server.clock.moveBy(60_000)
    const expired = await world.sign({ sub: 'one', exp: 1 })
    for (let count = 0; count < 5; count += 1) {
      const { status, body } = await world.exchange(expired)
      expect(status).toBe(400)
      expect(body).toContain('ExpiredToken')
    }
    expect(await throttledOf([exchange('one'), exchange('one')])).toEqual([false, false])
  })
})

describe('settings', () => {
  it('without them nothing is limited', async () => {
    await using server = await startTestServer()
    const account = await addAccount(server, '111111111111')
    const { credentials } = await addUser(server, account, 'alice')
    const calls = Array.from({ length: 50 }, () => () => call(server, credentials, WHO))
    expect(await throttledOf(calls)).toEqual(Array.from({ length: 50 }, () => false))
  })

  it('a burst of its own', async () => {
    await using stack = new AsyncDisposableStack()
    const { server, alice } = await startLimited({
      'limits.rateAccountPerSecond': '100',
      'limits.ratePrincipalPerSecond': '1',
      'limits.ratePrincipalBurst': '4',
    })
    stack.use(server)
    const ask = () => call(server, alice, WHO)
    expect(await throttledOf([ask, ask, ask, ask, ask])).toEqual([false, false, false, false, true])
    server.clock.moveBy(1000)
    expect(await throttledOf([ask, ask])).toEqual([false, true])
  })
})
