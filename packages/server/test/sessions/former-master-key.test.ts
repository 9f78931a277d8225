import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMasterKey } from '../../src/secrets/master-key.ts'
import { MasterKeyring } from '../../src/secrets/master-keyring.ts'
import { createSessionCredentials } from '../../src/sessions/session-credentials.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addUser } from '../support/accounts.ts'
import { runMasterKeyCommand } from '../support/master-key.ts'
import { assumeRole, callSts, expectError, findInResult, issueToken } from '../support/sts-calls.ts'
import { type SessionWorld, startSessionWorld } from '../support/worlds/session.ts'

const UNREADABLE = [
  403,
  'InvalidClientTokenId',
  'The security token included in the request is invalid',
] as const
const HOUR_MS = 3_600_000
const PATIENCE = { timeout: 10_000, interval: 20 }

vi.setConfig({ testTimeout: 30_000 })

let world: SessionWorld
beforeEach(async () => {
  world = await startSessionWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

const ask = (credentials: SigningCredentials) =>
  callSts(world.server, credentials, 'GetCallerIdentity')

/** A session for longer than there are any, as somebody makes it who has found the master key. */
function forgeSession(): SigningCredentials {
  const { server, callers } = world
  const bytes = readFileSync(keyFile())
  const keyring = new MasterKeyring(createMasterKey(bytes, 'the file'), server.clock)
  const credentials = createSessionCredentials({
    masterKeys: keyring,
    random: server.random,
    maxCachedSessions: 1,
  })
  const opened = credentials.open(
    callers.role.sessionToken as NonNullable<SigningCredentials['sessionToken']>,
    callers.role.accessKeyId,
    server.clock.nowMs(),
  )
  const expiresAtMs = server.clock.nowMs() + 1000 * HOUR_MS
  return credentials.issue({ ...opened.session, expiresAtMs }, opened.principal)
}

const keyFile = () => join(world.server.directory, 'master.key')

it('sessions, access keys, issuers and sealed texts go on under another master key', async () => {
  const { server, callers, role, account } = world
  const denied = await addUser(server, account, 'denied', { statements: [] })
  const refusal = await callSts(server, denied.credentials, 'GetSessionToken')
  const denial = await callSts(server, denied.credentials, 'GetWebIdentityToken', {
    'Audience.member.1': 'https://api.example.com',
    SigningAlgorithm: 'ES384',
  })
  expect(refusal.status).toBe(200)
  const message = denial.headers['x-credence-authorization-message'] ?? 'none'
  const before = await issueToken(server, callers.user)

  const { exitCode, json, errors } = await runMasterKeyCommand(server, 'rotate')
  expect({ exitCode, errors: errors.split('\n').length }).toEqual({ exitCode: 0, errors: 2 })
  expect(json).toMatchObject({ filesMoved: true, erased: true, unreadable: [] })
  expect(await ask(callers.role)).toMatchObject({ status: 200 })
  expect(await ask(callers.user)).toMatchObject({ status: 200 })
  const after = await issueToken(server, callers.user)
  expect(after.header).toBe(before.header)
  const session = await assumeRole(server, callers.user, role)
  expect(await ask(session)).toMatchObject({ status: 200 })
  const decoded = await callSts(server, callers.user, 'DecodeAuthorizationMessage', {
    EncodedMessage: message,
  })
  expect(findInResult(decoded, 'DecodedMessage')).toContain('"allowed":false')
  expect(existsSync(`${keyFile()}.previous`)).toBe(true)
})

it('no caller notices, whoever calls while everything is sealed anew', async () => {
  const { server, callers, role, account } = world
  const users = await Promise.all(
    Array.from({ length: 20 }, (_, index) => addUser(server, account, `caller-${index}`)),
  )
  let isDone = false
  const refused: string[] = []
  const keepCalling = async (first: number): Promise<number> => {
    let calls = 0
    for (let index = first; !isDone || calls < 20; index += 1) {
      const credentials = users[index % users.length]?.credentials ?? callers.user
      // Some sessions are sealed under the one key, and some under the other.
      const session = await assumeRole(server, callers.user, role)
      for (const each of [credentials, session]) {
        const answer = await ask(each)
        if (answer.status !== 200) refused.push(answer.body)
      }
      await issueToken(server, credentials)
      calls += 1
    }
    return calls
  }
  const calling = [0, 7, 14].map(keepCalling)
  const { exitCode } = await runMasterKeyCommand(server, 'rotate')
  isDone = true
  expect(Math.min(...(await Promise.all(calling)))).toBeGreaterThan(0)
  expect({ exitCode, refused }).toEqual({ exitCode: 0, refused: [] })
})

it('the former key opens sessions until 36 hours are over, and nothing afterwards', async () => {
  const forged = forgeSession()
  expect(await ask(forged)).toMatchObject({ status: 200 })
  const { json } = await runMasterKeyCommand(world.server, 'rotate')
  expect(Date.parse(String(json['sessionsUntil'])) - world.server.clock.nowMs()).toBeGreaterThan(
    35.9 * HOUR_MS,
  )
  world.server.clock.moveBy(36 * HOUR_MS - 1)
  expect(await ask(forged)).toMatchObject({ status: 200 })
  world.server.clock.moveBy(1)
  expectError(await ask(forged), UNREADABLE)
})

it('with --end-sessions it opens nothing at once', async () => {
  const forged = forgeSession()
  expect(await ask(forged)).toMatchObject({ status: 200 })
  const { exitCode } = await runMasterKeyCommand(world.server, 'rotate', '--end-sessions')
  expect(exitCode).toBe(0)
  await vi.waitFor(async () => expectError(await ask(forged), UNREADABLE), PATIENCE)
  expectError(await ask(world.callers.role), UNREADABLE)
  expect(await ask(world.callers.user)).toMatchObject({ status: 200 })
})

it('sessions that go on can be ended later, and another change waits for them', async () => {
  const { server, callers } = world
  await runMasterKeyCommand(server, 'rotate')
  const early = await runMasterKeyCommand(server, 'rotate')
  expect(early.exitCode).toBe(5)
  expect(JSON.parse(early.errors).error.message).toMatch(
    /^Sessions that master key [0-9a-f]{16} has sealed go on until .*With --end-sessions they end/,
  )
  expect(await ask(callers.role)).toMatchObject({ status: 200 })
  await runMasterKeyCommand(server, 'rotate', '--end-sessions')
  await vi.waitFor(async () => expectError(await ask(callers.role), UNREADABLE), PATIENCE)
  const again = await runMasterKeyCommand(server, 'rotate')
  expect(JSON.parse(again.errors).error.message).toMatch(/\.previous holds master key/)
})
