import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../src/principals/entities.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { formatPolicy, trust } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { callSts, expectError } from '../support/sts-calls.ts'
import { AWAY, HOME, TRUST_ROWS, type TrustRow } from './tables/trust.ts'

let server: TestServer
let home: Account
let away: Account
let count = 0

beforeAll(async () => {
  server = await startTestServer()
  home = await addAccount(server, HOME)
  away = await addAccount(server, AWAY)
  await addUser(server, home, 'other')
})

afterAll(() => server[Symbol.asyncDispose]())

/** A user and a role of a row, under names of their own. */
async function prepare(row: TrustRow) {
  count += 1
  const name = `user-${count}`
  const { isAway = false, allows = [], tags = {}, roleTags = {} } = row
  const { credentials } = await addUser(server, isAway ? away : home, name, {
    path: '/test/',
    statements: allows,
    tags,
  })
  const named = (text: string): string => text.replaceAll('USER', name)
  const { arn } = await addRole(server, home, `role-${count}`, {
    path: '/team/',
    trust: JSON.parse(named(JSON.stringify(row.trust))),
    tags: roleTags,
  })
  const parameters = JSON.parse(named(JSON.stringify(row.parameters ?? {})))
  const userArn = `arn:aws:iam::${isAway ? AWAY : HOME}:user/test/${name}`
  return { credentials, arn, userArn, parameters }
}

describe('a role that trusts', () => {
  it.each(TRUST_ROWS)('$what', async row => {
    const { credentials, arn, userArn, parameters } = await prepare(row)
    const request = { RoleArn: arn, RoleSessionName: 'session', ...parameters }
    const answer = await callSts(server, credentials, 'AssumeRole', request)
    if (row.refused === null) {
      expect(answer).toMatchObject({ status: 200 })
    } else {
      const text = `User: ${userArn} is not authorized to perform: ${row.refused} on resource: ${arn}`
      expectError(answer, [403, 'AccessDenied', text])
      expect(answer.headers).not.toHaveProperty('x-credence-authorization-message')
    }
  })
})

describe('nothing tells whether there is a role', () => {
  const PATHS = [
    'role/nobody',
    'role/other/trusting',
    'role/Trusting',
    'role/trusting/',
    'role/team/trusting/x',
  ]

  it.each([
    ...PATHS.map(path => `arn:aws:iam::${HOME}:${path}`),
    `arn:aws:iam::333333333333:role/trusting`,
    `arn:aws-cn:iam::${HOME}:role/team/trusting`,
  ])('%s', async arn => {
    count += 1
    const { user, credentials } = await addUser(server, home, `seeker-${count}`)
    const request = { RoleArn: arn, RoleSessionName: 'session' }
    const answer = await callSts(server, credentials, 'AssumeRole', request)
    const text = `User: arn:aws:iam::${HOME}:user/${user.name} is not authorized to perform: sts:AssumeRole on resource: ${arn}`
    expectError(answer, [403, 'AccessDenied', text])
    expect(answer.headers).not.toHaveProperty('x-credence-authorization-message')
  })

  it('beside one that is there under its own path alone', async () => {
    await addRole(server, home, 'trusting', { path: '/team/', trust: [trust(HOME)] })
    const { credentials } = await addUser(server, home, 'finder')
    const request = {
      RoleArn: `arn:aws:iam::${HOME}:role/team/trusting`,
      RoleSessionName: 'session',
    }
    expect(await callSts(server, credentials, 'AssumeRole', request)).toMatchObject({ status: 200 })
    const pathless = { ...request, RoleArn: `arn:aws:iam::${HOME}:role/trusting` }
    expect(await callSts(server, credentials, 'AssumeRole', pathless)).toMatchObject({
      status: 403,
    })
  })
})

describe('the organization', () => {
  const DENY = { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }

  it.each([
    ['service', 'caller', 'scp', 'o-service1234', DENY],
    ['resource', 'role', 'rcp', 'o-resource1234', { ...DENY, Principal: '*' }],
  ] as const)('binds by the %s control policies of the %s', async (...row) => {
    const [, whose, kind, organizationId, statement] = row
    const place = (unit: string) => ({ organization: `${organizationId}/r-ab12/ou-ab12-${unit}` })
    const ids =
      whose === 'caller' ? ['444444444444', '555555555555'] : ['666666666666', '777777777777']
    const caller = await addAccount(server, ids[0] ?? '', place('11111111'))
    const owner = await addAccount(server, ids[1] ?? '', place('22222222'))
    const { credentials } = await addUser(server, caller, 'alice')
    const { arn } = await addRole(server, owner, 'role', { trust: [trust(caller.id)] })
    const request = { RoleArn: arn, RoleSessionName: 'session' }
    const save = (targetId: string) =>
      server.data.store.saveControlPolicy({
        organizationId,
        targetId,
        kind,
        name: 'deny',
        document: formatPolicy([statement]),
      })

    await save(whose === 'caller' ? 'ou-ab12-22222222' : 'ou-ab12-11111111')
    const others = await callSts(server, credentials, 'AssumeRole', request)
    expect(others).toMatchObject({ status: 200 })

    await save(whose === 'caller' ? 'ou-ab12-11111111' : 'ou-ab12-22222222')
    const bound = await callSts(server, credentials, 'AssumeRole', request)
    const text = `User: arn:aws:iam::${caller.id}:user/alice is not authorized to perform: sts:AssumeRole on resource: ${arn}`
    expectError(bound, [403, 'AccessDenied', text])
  })
})
