import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, addUser, type TestUser } from '../support/accounts.ts'
import { type CallResponse, call } from '../support/calls.ts'
import { formatPolicy, type Statements } from '../support/policies.ts'
import { addManagedPolicy, addRole } from '../support/roles.ts'
import { assumeRole, callSts, expectError, findInResult } from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { ACCOUNT, type SessionWorld, startSessionWorld } from '../support/worlds/session.ts'

const HEADER = 'x-credence-authorization-message'
const TOKEN = 'sts:GetWebIdentityToken'
const UNDECODABLE = [400, 'InvalidAuthorizationMessageException', 'Message is not valid'] as const

/** What an administrator reads. */
interface DecodedMessage {
  readonly allowed: boolean
  readonly explicitDeny: boolean
  readonly matchedStatements: { readonly items: readonly object[] }
  readonly failures: { readonly items: readonly object[] }
  readonly context: {
    readonly principal: { readonly id: string; readonly arn: string }
    readonly action: string
    readonly resource: string
    readonly conditionsOmitted?: true
    readonly conditions: {
      readonly items: readonly {
        readonly key: string
        readonly values: { readonly items: readonly { readonly value: string }[] }
      }[]
    }
  }
}

let world: SessionWorld
let count = 0

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

async function addDenied(statements: Statements): Promise<TestUser> {
  count += 1
  return addUser(world.server, world.account, `denied-${count}`, { statements })
}

function readMessage(answer: CallResponse): string {
  expect(answer).toMatchObject({ status: 403 })
  return answer.headers[HEADER] ?? 'an answer without a message'
}

async function decode(message: string): Promise<DecodedMessage> {
  const parameters = { EncodedMessage: message }
  const { server, callers } = world
  const answer = await callSts(server, callers.user, 'DecodeAuthorizationMessage', parameters)
  expect(answer).toMatchObject({ status: 200 })
  return JSON.parse(findInResult(answer, 'DecodedMessage') ?? '')
}

describe('a denial', () => {
  it('tells an administrator who, what, and under which conditions', async () => {
    const { user, credentials } = await addDenied([])
    const options = tokenCall({ 'Audience.member.2': 'b' }, { headers: ['User-Agent', 'test/1'] })
    const message = readMessage(await call(world.server, credentials, options))
    const { context, ...decision } = await decode(message)
    expect(decision).toEqual({
      allowed: false,
      explicitDeny: false,
      matchedStatements: { items: [] },
      failures: { items: [] },
    })
    const { conditions, ...rest } = context
    expect(rest).toEqual({
      principal: { id: user.id, arn: `arn:aws:iam::${ACCOUNT}:user/${user.name}` },
      action: TOKEN,
      resource: `arn:aws:sts::${ACCOUNT}:self`,
    })
    const keys = new Map(
      conditions.items.map(({ key, values }) => [key, values.items.map(({ value }) => value)]),
    )
    expect(Object.fromEntries(keys)).toMatchObject({
      'sts:identitytokenaudience': ['https://api.example.com', 'b'],
      'sts:durationseconds': ['300'],
      'aws:useragent': ['test/1'],
      'aws:sourceip': ['127.0.0.1'],
      'aws:username': [user.name],
    })
  })

  it('tells which statements have denied', async () => {
    const { server, account } = world
    const deny = { Sid: 'NoTokens', Effect: 'Deny', Action: TOKEN, Resource: '*' }
    const { user, credentials } = await addDenied([deny])
    const arn = await addManagedPolicy(server, account, 'no-tokens', [
      deny,
      { ...deny, Sid: 'Two' },
    ])
    await server.data.store.attachPolicy(account.id, user.id, arn)
    const { explicitDeny, matchedStatements } = await decode(
      readMessage(await call(server, credentials, tokenCall())),
    )
    expect(explicitDeny).toBe(true)
    const layer = 'identity-based policy'
    expect(matchedStatements.items).toEqual([
      { statementId: 'NoTokens', effect: 'DENY', policyId: 'inline:test', layer },
      { statementId: 'NoTokens', effect: 'DENY', policyId: arn, layer },
      { statementId: 'Two', effect: 'DENY', policyId: arn, layer },
    ])
  })

  it('tells whose session it was', async () => {
    const { server, account, callers } = world
    const role = await addRole(server, account, 'powerless', { statements: [] })
    const session = await assumeRole(server, callers.user, role)
    const { context } = await decode(readMessage(await call(server, session, tokenCall())))
    expect(context.principal).toEqual({
      id: `${role.role.id}:session`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/powerless/session`,
    })
  })

  it('comes with calls of IAM too', async () => {
    const { credentials } = await addDenied([])
    const parameters = { Action: 'GetOutboundWebIdentityFederationInfo' }
    const answer = await call(world.server, credentials, { service: 'iam', parameters })
    const { context } = await decode(readMessage(answer))
    expect(context.action).toBe('iam:GetOutboundWebIdentityFederationInfo')
  })

  it('is sealed with a key of its own, however often a caller provokes it', async () => {
    const { credentials } = await addDenied([])
    const salts = new Set<string>()
    for (let round = 0; round < 3; round += 1) {
      const message = readMessage(await call(world.server, credentials, tokenCall()))
      const sealed = Buffer.from(message, 'base64')
      expect(sealed[0]).toBe(2)
      salts.add(sealed.subarray(9, 41).toString('hex'))
    }
    expect(salts.size).toBe(3)
  })

  it('has AWS’s text and no more in its body', async () => {
    const { user, credentials } = await addDenied([])
    const text = `User: arn:aws:iam::${ACCOUNT}:user/${user.name} is not authorized to perform: ${TOKEN} on resource: arn:aws:sts::${ACCOUNT}:self because no identity-based policy allows the ${TOKEN} action`
    const answer = await call(world.server, credentials, tokenCall())
    expectError(answer, [403, 'AccessDenied', text])
  })

  it('leaves out the condition keys where proxies would not let the message through', async () => {
    const { server } = world
    const { credentials } = await addDenied([])
    const ask = async (length: number) => {
      const headers = ['User-Agent', 'a'.repeat(length)] as const
      const message = readMessage(await call(server, credentials, tokenCall({}, { headers })))
      expect(message.length).toBeLessThanOrEqual(3072)
      return (await decode(message)).context
    }
    const fits = await ask(500)
    expect(fits).not.toHaveProperty('conditionsOmitted')
    expect(fits.conditions.items.length).toBeGreaterThan(10)
    expect(await ask(1500)).toMatchObject({
      action: TOKEN,
      conditions: { items: [] },
      conditionsOmitted: true,
    })
  })

  it('has no message when too many statements have denied', async () => {
    const denials = Array.from({ length: 20 }, (_, index) => ({
      Sid: `S${index}${'x'.repeat(80)}`,
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
    }))
    const { credentials } = await addDenied(denials)
    const answer = await call(world.server, credentials, tokenCall())
    expect(answer).toMatchObject({ status: 403 })
    expect(answer.headers).not.toHaveProperty(HEADER)
  })
})

describe('other answers have no message', () => {
  it.each<[what: string, ask: () => Promise<CallResponse>]>([
    ['a grant', () => call(world.server, world.callers.user, tokenCall())],
    [
      'an error that is no denial',
      () => call(world.server, world.callers.user, tokenCall({ DurationSeconds: '1' })),
    ],
    [
      'what fails after it was allowed',
      () => {
        const parameters = { EncodedMessage: 'a' }
        const { server, callers } = world
        return callSts(server, callers.user, 'DecodeAuthorizationMessage', parameters)
      },
    ],
    [
      'a refusal of the caller’s kind',
      () => call(world.server, world.callers.federated, tokenCall()),
    ],
  ])('%s', async (_what, ask) => {
    expect((await ask()).headers).not.toHaveProperty(HEADER)
  })
})

describe('a message is read', () => {
  async function provokeMessage(): Promise<string> {
    const { credentials } = await addDenied([])
    return readMessage(await call(world.server, credentials, tokenCall()))
  }

  it('by nobody without leave', async () => {
    const { user, credentials } = await addDenied([])
    const message = readMessage(await call(world.server, credentials, tokenCall()))
    const parameters = { EncodedMessage: message }
    const answer = await callSts(
      world.server,
      credentials,
      'DecodeAuthorizationMessage',
      parameters,
    )
    const action = 'sts:DecodeAuthorizationMessage'
    const text = `User: arn:aws:iam::${ACCOUNT}:user/${user.name} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`
    expectError(answer, [403, 'AccessDenied', text])
  })

  it('by nobody of another account', async () => {
    const { server } = world
    const message = await provokeMessage()
    const other = await addUser(server, await addAccount(server, '222222222222'), 'admin')
    const parameters = { EncodedMessage: message }
    const answer = await callSts(
      server,
      other.credentials,
      'DecodeAuthorizationMessage',
      parameters,
    )
    expectError(answer, UNDECODABLE)
  })

  it('by nobody of another installation', async () => {
    const parameters = { EncodedMessage: await provokeMessage() }
    await using other = await startSessionWorld()
    const { server, callers } = other
    const answer = await callSts(server, callers.user, 'DecodeAuthorizationMessage', parameters)
    expectError(answer, UNDECODABLE)
  })

  it('not when a character of it has changed', async () => {
    const message = await provokeMessage()
    const { server, callers } = world
    for (const index of [0, 20, message.length - 5]) {
      const changed = message[index] === 'A' ? 'B' : 'A'
      const parameters = {
        EncodedMessage: `${message.slice(0, index)}${changed}${message.slice(index + 1)}`,
      }
      const answer = await callSts(server, callers.user, 'DecodeAuthorizationMessage', parameters)
      expectError(answer, UNDECODABLE)
    }
  })

  it('and is not another sealed thing of the account', async () => {
    const { server, callers, account } = world
    const sealed = server.data.sealer.seal(
      { purpose: 'access-key-secret', recordId: account.id },
      Buffer.from(formatPolicy([])),
    )
    const parameters = { EncodedMessage: Buffer.from(sealed).toString('base64') }
    const answer = await callSts(server, callers.user, 'DecodeAuthorizationMessage', parameters)
    expectError(answer, UNDECODABLE)
  })
})
