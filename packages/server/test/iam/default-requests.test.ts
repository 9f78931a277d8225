import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  findDefaultResource,
  listDefaultParameters,
} from '../../src/operations/iam/default-request.ts'
import { OPERATIONS } from '../../src/operations/registry.ts'
import { UNBUILT_OPERATIONS } from '../../src/operations/unbuilt/operations.ts'
import { KNOWN_ACTIONS } from '../../src/policy/lint/known-actions.ts'
import { formatUserArn, toArnHome } from '../../src/principals/arn.ts'
import { addAccount, addUser, type TestUser } from '../support/accounts.ts'
import { readDenials } from '../support/audit.ts'
import { call } from '../support/calls.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

/** Operations that can be called without saying anything. */
const BARE = OPERATIONS.filter(
  ({ input, permissions }) =>
    permissions !== 'none' && input.fields.every(field => field.member.presence !== 'required'),
).map(({ api, name }) => ({ service: api.name, name }))

let server: TestServer
let nobody: TestUser
beforeAll(async () => {
  server = await startTestServer()
  const account = await addAccount(server, '123456789012')
  nobody = await addUser(server, account, 'nobody', { statements: [] })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

function readResource(): string | undefined {
  return readDenials(server).at(-1)?.resource
}

function principal() {
  const home = toArnHome({ partition: 'aws', id: nobody.user.accountId })
  return { kind: 'user', principalArn: formatUserArn(home, '/', 'nobody') } as const
}

describe('the resource of a request that names none', () => {
  it.each(BARE)('is as the server has it: $service:$name', async ({ service, name }) => {
    const parameters = { Action: name }
    const answer = await call(server, nobody.credentials, { service, parameters })
    // Of some the server asks for a name after all.
    if (!answer.body.includes('<Code>AccessDenied</Code>')) return
    expect(findDefaultResource(`${service}:${name}`, principal())).toBe(readResource())
  })

  it('is the caller itself for a token', async () => {
    expect(await call(server, nobody.credentials, tokenCall())).toMatchObject({ status: 403 })
    expect(findDefaultResource('STS:getwebidentitytoken', principal())).toBe(readResource())
  })
})

it('parameters that a request for a token leaves out are as the server has them', async () => {
  await call(server, nobody.credentials, tokenCall())
  expect(readDenials(server).at(-1)?.context).toMatchObject(
    Object.fromEntries(
      listDefaultParameters('sts:GetWebIdentityToken').map(([key, value]) => [
        key.toLowerCase(),
        value,
      ]),
    ),
  )
})

it('what lint knows as actions are all operations of AWS, built or not', () => {
  const names = [
    ...OPERATIONS.map(({ api, name }) => `${api.name}:${name}`),
    ...UNBUILT_OPERATIONS.flatMap(({ operations }) => operations),
  ]
  expect(names.filter(name => !KNOWN_ACTIONS.includes(name))).toEqual([])
})
