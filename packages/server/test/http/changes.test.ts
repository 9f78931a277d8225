import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenData } from '../../src/composition.ts'
import type { Account } from '../../src/principals/entities.ts'
import { parseOrganizationPlacement } from '../../src/principals/organization.ts'
import { addAccount, addUser, savePolicy, type TestUser } from '../support/accounts.ts'
import { type CallResponse, call } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

let server: TestServer
let account: Account
/** What the command line has open in a process of its own. */
let beside: OpenData
let userCount = 0

beforeAll(async () => {
  server = await startTestServer()
  account = await addAccount(server, '123456789012')
  beside = await server.openDataBeside()
})

afterAll(async () => {
  await beside.close()
  await server[Symbol.asyncDispose]()
})

async function ask({ credentials }: TestUser): Promise<CallResponse> {
  return call(server, credentials, tokenCall())
}

/** A user whom the server has in memory. */
async function addKnownUser(): Promise<TestUser> {
  userCount += 1
  const user = await addUser(server, account, `user-${userCount}`)
  expect((await ask(user)).status).toBe(200)
  return user
}

const INVALID_KEY = 'The security token included in the request is invalid.'

describe('what another process writes holds at the next request', () => {
  it('an access key goes off and on', async () => {
    const user = await addKnownUser()
    const { accessKeyId: id } = user.credentials
    await beside.store.saveAccessKeyStatus(id, 'Inactive')
    expect(await ask(user)).toMatchObject({
      status: 403,
      body: expect.stringContaining(INVALID_KEY),
    })
    await beside.store.saveAccessKeyStatus(id, 'Active')
    expect((await ask(user)).status).toBe(200)
  })

  it('an access key is deleted', async () => {
    const user = await addKnownUser()
    await beside.store.deleteAccessKey(user.credentials.accessKeyId)
    expect(await ask(user)).toMatchObject({
      status: 403,
      body: expect.stringContaining(INVALID_KEY),
    })
  })

  it('a user is deleted', async () => {
    const user = await addKnownUser()
    await beside.store.deleteUser(account.id, user.user.id)
    expect(await ask(user)).toMatchObject({
      status: 403,
      body: expect.stringContaining(INVALID_KEY),
    })
  })

  it('a policy denies, and allows again', async () => {
    const user = await addKnownUser()
    const everything = { Action: '*', Resource: '*' }
    await savePolicy({ data: beside }, user.user, [{ Effect: 'Deny', ...everything }])
    expect((await ask(user)).body).toContain('with an explicit deny in an identity-based policy')
    await savePolicy({ data: beside }, user.user, [{ Effect: 'Allow', ...everything }])
    expect((await ask(user)).status).toBe(200)
  })

  it('a policy is deleted', async () => {
    const user = await addKnownUser()
    await beside.store.deleteInlinePolicy(account.id, user.user.id, 'test')
    expect((await ask(user)).body).toContain('because no identity-based policy allows')
  })

  it('a user is tagged', async () => {
    const user = await addKnownUser()
    await beside.store.saveUserTags(account.id, user.user.id, [{ key: 'team', value: 'data' }])
    const { awsClaims } = await readToken(server, await ask(user))
    expect(awsClaims['principal_tags']).toEqual({ team: 'data' })
  })

  it('an account moves into an organization', async () => {
    const user = await addKnownUser()
    const place = parseOrganizationPlacement('o-example1234/r-ab12', false)
    await beside.store.placeAccount(account.id, place)
    const { awsClaims } = await readToken(server, await ask(user))
    expect(awsClaims).toMatchObject({ org_id: 'o-example1234', ou_path: ['o-example1234/r-ab12/'] })
  })

  it('federation goes off and on', async () => {
    const user = await addKnownUser()
    await beside.issuer.disableFederation(account, server.clock.nowMs())
    expect((await ask(user)).body).toContain('OutboundWebIdentityFederation is disabled.')
    await beside.issuer.enableFederation(account, server.clock.nowMs())
    expect((await ask(user)).status).toBe(200)
  })

  it('a key that was asked for in vain comes into being', async () => {
    const unborn = await addUser({ ...server, data: beside }, account, 'unborn')
    const { accessKeyId: id } = unborn.credentials
    const stored = await beside.store.findAccessKey(id)
    if (stored === null) throw new Error('the key is not there')
    await beside.store.deleteAccessKey(id)
    expect((await ask(unborn)).status).toBe(403)
    await beside.store.createAccessKey(stored)
    expect((await ask(unborn)).status).toBe(200)
  })
})

it('goes on for those whom it knows while the store is away, and refuses others', async () => {
  await using lonely = await startTestServer()
  const home = await addAccount(lonely, '123456789012')
  const known = await addUser(lonely, home, 'known')
  const unknown = await addUser(lonely, home, 'unknown')
  const token = () => call(lonely, known.credentials, tokenCall())
  await readToken(lonely, await token())
  hideTables(lonely)
  await readToken(lonely, await token())
  expect((await call(lonely, unknown.credentials, tokenCall())).status).toBe(503)
  // Said once, and not with every request.
  expect(lonely.readLog().match(/the store cannot be asked for changes/g)).toHaveLength(1)
})

/** Another process that takes the tables away: the file is still the one that the server has opened. */
function hideTables({ directory }: TestServer): void {
  using database = new DatabaseSync(join(directory, 'credence.db'))
  for (const table of ['change_counter', 'changes', 'access_keys']) {
    database.exec(`alter table ${table} rename to hidden_${table}`)
  }
}
