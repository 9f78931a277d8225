import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../src/secrets/secret.ts'
import { createSessionCredentials } from '../../src/sessions/session-credentials.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addKey, addUser, type TestUser } from '../support/accounts.ts'
import { call, signInQuery } from '../support/calls.ts'
import { ALLOW_ALL, formatPolicy } from '../support/policies.ts'
import { addRole, type TestRole } from '../support/roles.ts'
import { signWithSdk } from '../support/sdk-signer.ts'
import { startTestServer } from '../support/server.ts'
import {
  assumeRole,
  callSts,
  expectError,
  identify,
  readCredentials,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { type SessionWorld, startSessionWorld } from '../support/worlds/session.ts'

const EXPIRED = [
  403,
  'ExpiredToken',
  'The security token included in the request is expired',
] as const
/** The token does not open, or is another key's (aws-wire §7.3 row 14b). */
const UNREADABLE = [
  403,
  'InvalidClientTokenId',
  'The security token included in the request is invalid',
] as const
/** The access key counts no longer (row 15). */
const DEAD = [
  403,
  'InvalidClientTokenId',
  'The security token included in the request is invalid.',
] as const
const MISMATCH = [
  403,
  'SignatureDoesNotMatch',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
] as const

let world: SessionWorld
let count = 0

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

function ask(credentials: SigningCredentials) {
  return callSts(world.server, credentials, 'GetCallerIdentity')
}

function withWrongSecret(credentials: SigningCredentials): SigningCredentials {
  return { ...credentials, secretAccessKey: new Secret('wrong'.repeat(8)) }
}

describe('a session is proven', () => {
  it.each([
    ['in the header', undefined],
    ['in the query', signInQuery],
    ['by the AWS SDK', signWithSdk],
  ] as const)('%s', async (_what, sign) => {
    const { server, callers } = world
    const options = { parameters: { Action: 'GetCallerIdentity' } }
    expect(await call(server, callers.role, options, sign)).toMatchObject({ status: 200 })
    expectError(await call(server, withWrongSecret(callers.role), options, sign), MISMATCH)
  })

  it.each<[what: string, change: (session: SigningCredentials) => Partial<SigningCredentials>]>([
    ['with a token of one character less', s => ({ sessionToken: cut(s) })],
    ['with a token in which one character differs', s => ({ sessionToken: flip(s) })],
    ['with text that is no token', () => ({ sessionToken: new Secret('FwoGZXIvYXdzEE0a') })],
    [
      'with the token of another session',
      () => ({ sessionToken: world.callers['user-session'].sessionToken }),
    ],
    ['with the access key of another session', () => world.callers['user-session']],
  ])('not %s', async (what, change) => {
    const session = world.callers.role
    const changed = { ...session, ...change(session) }
    const mixed = what.includes('access key')
      ? { ...changed, sessionToken: session.sessionToken }
      : changed
    expectError(await ask(mixed), UNREADABLE)
    expectError(await ask(withWrongSecret(mixed)), UNREADABLE)
  })

  it('not without its token, nor by a long-term key with somebody’s token', async () => {
    const { role, user } = world.callers
    expectError(await ask({ ...role, sessionToken: null }), DEAD)
    expectError(await ask({ ...user, sessionToken: role.sessionToken }), UNREADABLE)
  })

  it('not by another installation', async () => {
    await using other = await startTestServer()
    const answer = await callSts(other, world.callers.role, 'GetCallerIdentity')
    expectError(answer, UNREADABLE)
  })

  it('by every process that has the master key: nothing else is kept of it', async () => {
    const { server, callers, role } = world
    const { accessKeyId, sessionToken } = callers.role
    const beside = await server.openDataBeside()
    const { masterKeys } = beside
    const parts = { masterKeys, random: server.random, maxCachedSessions: 1 }
    const opened = createSessionCredentials(parts).open(
      sessionToken ?? new Secret(''),
      accessKeyId,
      server.clock.nowMs(),
    )
    await beside.close()
    expect(opened.secret.reveal()).toBe(callers.role.secretAccessKey.reveal())
    expect(opened.principal).toMatchObject({ roleId: role.role.id })
  })

  const cut = ({ sessionToken }: SigningCredentials) =>
    new Secret((sessionToken?.reveal() ?? '').slice(0, -1))
  const flip = ({ sessionToken }: SigningCredentials) => {
    const text = sessionToken?.reveal() ?? ''
    return new Secret(`${text.slice(0, 60)}${text[60] === 'A' ? 'B' : 'A'}${text.slice(61)}`)
  }
})

describe('a session ends', () => {
  let role: TestRole
  let alice: TestUser
  let ofRole: SigningCredentials
  let ofUser: SigningCredentials
  let federated: SigningCredentials

  beforeEach(async () => {
    const { server, account } = world
    count += 1
    role = await addRole(server, account, `role-${count}`)
    alice = await addUser(server, account, `user-${count}`)
    ofRole = await assumeRole(server, alice.credentials, role)
    ofUser = readCredentials(await callSts(server, alice.credentials, 'GetSessionToken'))
    const policy = { Name: 'bob', Policy: formatPolicy([ALLOW_ALL]) }
    const answer = await callSts(server, alice.credentials, 'GetFederationToken', policy)
    federated = readCredentials(answer)
  })

  /** Which of the three sessions live on. */
  async function expectLife(lives: { role: boolean; user: boolean }): Promise<void> {
    for (const [session, isAlive] of [
      [ofRole, lives.role],
      [ofUser, lives.user],
      [federated, lives.user],
    ] as const) {
      const answer = await ask(session)
      if (isAlive) {
        expect(answer).toMatchObject({ status: 200 })
        expectError(await ask(withWrongSecret(session)), MISMATCH)
      } else {
        expectError(answer, DEAD)
        // Observed: that a session is dead is told before its signature is looked at.
        expectError(await ask(withWrongSecret(session)), DEAD)
      }
    }
  }

  it('at its time, not a millisecond earlier', async () => {
    const { server } = world
    const asked = { DurationSeconds: '900' }
    const short = await assumeRole(server, alice.credentials, role, asked)
    server.clock.moveBy(899_999)
    await identify(server, short)
    server.clock.moveBy(1)
    expectError(await ask(short), EXPIRED)
    expectError(await ask(withWrongSecret(short)), EXPIRED)
    await expectLife({ role: true, user: true })
  })

  it('with its role', async () => {
    const { store } = world.server.data
    await store.deleteRole(world.account.id, role.role.id)
    await expectLife({ role: false, user: true })
    // A role of the same name is another role.
    const again = await addRole(world.server, world.account, role.role.name)
    expect(again.arn).toBe(role.arn)
    await expectLife({ role: false, user: true })
    await identify(world.server, await assumeRole(world.server, alice.credentials, again))
  })

  it('with its user', async () => {
    const { store } = world.server.data
    await store.deleteUser(world.account.id, alice.user.id)
    await expectLife({ role: true, user: false })
    await addUser(world.server, world.account, alice.user.name)
    await expectLife({ role: true, user: false })
  })

  it('with the long-term key that asked for it', async () => {
    const { server, account } = world
    const { store } = server.data
    await addKey(server, account, alice.user.id)
    await store.deleteAccessKey(alice.credentials.accessKeyId)
    await expectLife({ role: true, user: false })
  })

  it('while that key is inactive', async () => {
    const { store } = world.server.data
    await store.saveAccessKeyStatus(alice.credentials.accessKeyId, 'Inactive')
    await expectLife({ role: true, user: false })
    await store.saveAccessKeyStatus(alice.credentials.accessKeyId, 'Active')
    await expectLife({ role: true, user: true })
  })

  it('when the role’s sessions are revoked, but not those that begin from then on', async () => {
    const { server } = world
    const { store } = server.data
    server.clock.moveBy(1000)
    const later = await assumeRole(server, alice.credentials, role)
    await store.saveRole({ ...role.role, sessionsRevokedBeforeMs: server.clock.nowMs() })
    await expectLife({ role: false, user: true })
    await identify(server, later)
    await identify(server, await assumeRole(server, alice.credentials, role))
  })

  it('for all that policies decide, by the inline policy with which AWS revokes older sessions', async () => {
    const { server, account } = world
    const older = await assumeRole(server, alice.credentials, role)
    server.clock.moveBy(1000)
    const revocation = {
      Effect: 'Deny',
      Action: ['*'],
      Resource: ['*'],
      Condition: {
        DateLessThan: { 'aws:TokenIssueTime': new Date(server.clock.nowMs()).toISOString() },
      },
    }
    await server.data.store.saveInlinePolicy(account.id, role.role.id, {
      name: 'AWSRevokeOlderSessions',
      document: formatPolicy([revocation]),
    })
    const refused = await call(server, older, tokenCall())
    expect(refused).toMatchObject({ status: 403 })
    expect(refused.body).toContain('with an explicit deny in an identity-based policy')
    // No policy decides about it, at AWS neither.
    await identify(server, older)
    const newer = await assumeRole(server, alice.credentials, role)
    expect(await call(server, newer, tokenCall())).toMatchObject({ status: 200 })
  })

  it('told as expired when it is both expired and dead', async () => {
    const { server } = world
    const asked = { DurationSeconds: '900' }
    const short = await assumeRole(server, alice.credentials, role, asked)
    server.clock.moveBy(900_000)
    await server.data.store.deleteRole(world.account.id, role.role.id)
    expectError(await ask(short), EXPIRED)
  })

  it('but not when its user may no longer assume the role', async () => {
    const { store } = world.server.data
    await store.deleteInlinePolicy(world.account.id, alice.user.id, 'test')
    await expectLife({ role: true, user: true })
  })
})
