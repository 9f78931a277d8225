import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, connectRaw } from '../../src/http/test/raw-client.ts'
import type { SigningCredentials, UnsignedRequest } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import {
  buildRequest,
  call,
  REGION,
  type Sign,
  signInHeader,
  signInQuery,
} from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

let server: TestServer
let alice: SigningCredentials

beforeAll(async () => {
  server = await startTestServer({ settings: { 'limits.maxBodyBytes': '1024' } })
  const account = await addAccount(server, '123456789012')
  alice = (await addUser(server, account, 'alice')).credentials
})

afterAll(() => server[Symbol.asyncDispose]())

const IDENTITY = { parameters: { Action: 'GetCallerIdentity' } }
const GRANTED = { status: 200, body: expect.stringContaining(':user/alice') }

/** A signed request as bytes, its form in the body. */
async function signBytes(headers: readonly string[] = []): Promise<readonly [string, Uint8Array]> {
  const request = buildRequest(server.port, { ...IDENTITY, headers })
  const context = { region: REGION, service: 'sts', nowMs: server.clock.nowMs() }
  const { rawHeaders, body } = await signInHeader(request, alice, context)
  const lines = ['POST / HTTP/1.1', `Content-Length: ${body.length}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  }
  return [`${lines.join('\r\n')}\r\n\r\n`, body]
}

describe('a client that takes the server for its proxy', () => {
  /** Signs the origin form, as clients do, and sends the absolute one. */
  const throughProxy =
    (sign: Sign, authority: string): Sign =>
    async (request, credentials, context) => {
      const signed: UnsignedRequest = await sign(request, credentials, context)
      return { ...signed, target: `http://${authority}${signed.target}` }
    }

  it.each<[what: string, sign: Sign, path: string]>([
    ['in the header', signInHeader, '/'],
    ['in the header, under a path', signInHeader, '/a//./b/../%41'],
    ['in the query', signInQuery, '/sts'],
  ])('is known by its signature %s', async (_what, sign, path) => {
    const options = { ...IDENTITY, path, host: 'sts.example.com' }
    const answer = await call(server, alice, options, throughProxy(sign, 'sts.example.com'))
    expect(answer).toMatchObject(GRANTED)
  })

  it('may not name another host than the one that it has signed', async () => {
    const options = { ...IDENTITY, host: 'sts.example.com' }
    const sign = throughProxy(signInHeader, 'other.example.com')
    expect(await call(server, alice, options, sign)).toMatchObject({ status: 400, body: '' })
  })

  it('cannot give an issuer another name', async () => {
    const sign = throughProxy(signInHeader, 'evil.example')
    const answer = await call(server, alice, tokenCall({}, { host: 'evil.example' }), sign)
    const { claims } = await readToken(server, answer)
    expect(claims.iss).toMatch(`${server.endpoint}/`)
    const { pathname } = new URL(`${claims.iss}/.well-known/openid-configuration`)
    const head = `GET http://evil.example${pathname} HTTP/1.1\r\nHost: evil.example\r\n\r\n`
    const document = JSON.parse((await ask(server.port, head))?.body ?? '')
    expect(document).toMatchObject({
      issuer: claims.iss,
      jwks_uri: `${claims.iss}/.well-known/jwks.json`,
    })
  })
})

describe('a client that asks first', () => {
  it('sends its body when it is wanted', async () => {
    const [head, body] = await signBytes(['Expect', '100-continue'])
    const client = await connectRaw(server.port)
    client.send(head)
    expect(await client.readAnswer()).toMatchObject({ status: 100 })
    client.send(body)
    expect(await client.readAnswer()).toMatchObject(GRANTED)
    client.socket.destroy()
  })

  it('keeps it when it is too large', async () => {
    const head = `POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1025\r\n\r\n`
    const client = await connectRaw(server.port)
    client.send(head)
    expect(await client.readAnswer()).toMatchObject({ status: 413, body: '' })
    await client.closed
  })
})

it('a client that closes its side gets its answer', async () => {
  const [head, body] = await signBytes()
  const client = await connectRaw(server.port)
  client.send(Buffer.concat([Buffer.from(head, 'latin1'), body]))
  client.socket.end()
  expect(await client.readAnswer()).toMatchObject(GRANTED)
  await client.closed
  expect(await ask(server.port, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).toMatchObject({
    status: 200,
  })
})
