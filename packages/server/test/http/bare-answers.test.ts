import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../src/http/test/raw-client.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { buildRequest, type CallOptions, call, send } from '../support/calls.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: SigningCredentials

beforeAll(async () => {
  server = await startTestServer()
  const account = await addAccount(server, '123456789012', { isFederationEnabled: false })
  alice = (await addUser(server, account, 'alice')).credentials
})

afterAll(() => server[Symbol.asyncDispose]())

const DOCUMENTATION = 'https://aws.amazon.com/iam'
const IDENTITY = 'Action=GetCallerIdentity&Version=2011-06-15'

describe('requests without an action are sent to the documentation (aws-wire §1.5, §7.3)', () => {
  it.each<[what: string, options: CallOptions, location: string]>([
    ['an empty form', { body: '' }, DOCUMENTATION],
    ['a form without an action', { body: 'Version=2011-06-15' }, DOCUMENTATION],
    ['a form under a path', { body: '', path: '/sts' }, DOCUMENTATION],
    ['no query', { method: 'GET', query: '' }, DOCUMENTATION],
    [
      'a query without an action',
      { method: 'GET', query: 'Version=2011-06-15' },
      `${DOCUMENTATION}?Version=2011-06-15`,
    ],
    ['a body without a content type', { body: IDENTITY, contentType: '' }, DOCUMENTATION],
    ['JSON', { body: '{"Action":"x"}', contentType: 'application/json' }, DOCUMENTATION],
    [
      'a form that says it is another',
      { body: IDENTITY, contentType: 'text/plain' },
      DOCUMENTATION,
    ],
    [
      'two content types',
      { body: IDENTITY, headers: ['content-type', 'application/x-www-form-urlencoded'] },
      DOCUMENTATION,
    ],
  ])('%s, signed or not', async (_what, options, location) => {
    for (const answer of [
      await send(server.port, buildRequest(server.port, options)),
      await call(server, alice, options),
    ]) {
      expect(answer).toMatchObject({ status: 302, headers: { location }, body: '' })
      const requestId = answer.headers['x-amzn-requestid'] ?? ''
      expect(atob(answer.headers['x-amz-sts-extended-request-id'] ?? '')).toBe(
        `1:us-east-1:S:${server.clock.nowMs()}:R:${requestId.slice(0, 8)}`,
      )
    }
  })

  it.each(['HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s', async method => {
    const head = `${method} /?${IDENTITY} HTTP/1.1\r\nHost: a\r\n\r\n`
    const answer = await ask(server.port, head, { bodiless: method === 'HEAD' })
    expect(answer).toMatchObject({ status: 302, headers: { location: DOCUMENTATION }, body: '' })
  })

  it('but a form may say its charset, and write its type as it likes', async () => {
    const contentType = 'Application/X-WWW-Form-URLencoded ; charset=utf-8'
    expect((await call(server, alice, { body: IDENTITY, contentType })).status).toBe(200)
  })
})

describe('targets that are none are refused without a word (aws-wire §7.3 row 1)', () => {
  it.each(['*', 'sts', '/%', '/%4', '/%zz', '/..', '/a/../..', '/%2e%2e', 'http://b/', '/\xe9'])(
    '%s',
    async target => {
      const answer = await ask(server.port, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
      expect(answer).toMatchObject({ status: 400, body: '' })
    },
  )
})

describe('limits (aws-wire §1.5)', () => {
  it.each([
    [10_000_000, 200],
    [10_000_001, 413],
  ])('a body of %d bytes', async (size, status) => {
    const body = Buffer.alloc(size, `${IDENTITY}&a=`)
    body.fill('a', IDENTITY.length + 3)
    const answer = await call(server, alice, { body })
    expect(answer.status).toBe(status)
    if (status === 413) expect(answer.body).toBe('')
  })

  it.each([
    [15_870, 200],
    [15_871, 400],
  ])('a signed query of %d bytes', async (size, status) => {
    const query = `${IDENTITY}&a=`.padEnd(size, 'a')
    const answer = await call(server, alice, { method: 'GET', query })
    expect(answer.status).toBe(status)
    if (status === 400) expect(answer.body).toBe('')
  })
})
