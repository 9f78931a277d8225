import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, addUser, type TestUser } from '../support/accounts.ts'
import {
  buildRequest,
  type CallOptions,
  call,
  send,
  signInHeader,
  signInQuery,
} from '../support/calls.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

let server: TestServer
let alice: TestUser

beforeAll(async () => {
  server = await startTestServer()
  alice = await addUser(server, await addAccount(server, '123456789012'), 'alice')
})

afterAll(() => server[Symbol.asyncDispose]())

const JSON_PLEASE = ['Accept', 'application/json']
const WHO = { Action: 'GetCallerIdentity' }

async function ask(options: CallOptions, sign = signInHeader) {
  const { status, headers, body } = await call(
    server,
    alice.credentials,
    { headers: JSON_PLEASE, ...options },
    sign,
  )
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  })
  return { status, requestId: headers['x-amzn-requestid'], body: JSON.parse(body) }
}

describe('Accept: application/json (aws-wire-news §7)', () => {
  it.each([
    ['POST, signed in a header', { method: 'POST' }, signInHeader],
    ['POST, presigned', { method: 'POST' }, signInQuery],
    ['GET, signed in a header', { method: 'GET' }, signInHeader],
    ['GET, presigned, as verifiers of clusters send it', { method: 'GET' }, signInQuery],
  ] as const)('GetCallerIdentity by %s', async (_how, options, sign) => {
    const { status, requestId, body } = await ask({ ...options, parameters: WHO }, sign)
    expect(status).toBe(200)
    expect(body).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: {
          Arn: 'arn:aws:iam::123456789012:user/alice',
          UserId: alice.user.id,
          Account: '123456789012',
        },
        ResponseMetadata: { RequestId: requestId },
      },
    })
  })

  it('gives a token, with its time in seconds', async () => {
    const { body } = await ask(tokenCall())
    expect(body.GetWebIdentityTokenResponse.GetWebIdentityTokenResult).toEqual({
      WebIdentityToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      Expiration: 1_795_378_639.507,
    })
  })

  it('is answered by IAM too', async () => {
    const { body } = await ask({ service: 'iam', parameters: { Action: 'ListUsers' } })
    expect(body.ListUsersResponse.ListUsersResult).toMatchObject({
      Users: [{ UserName: 'alice' }],
      IsTruncated: false,
    })
  })

  it.each<[what: string, options: CallOptions, status: number, code: string, message: RegExp]>([
    [
      'a broken constraint',
      tokenCall({ DurationSeconds: '59' }),
      400,
      'ValidationError',
      /^1 validation error detected: Value '59' at 'durationSeconds'/,
    ],
    [
      'an unknown action',
      { parameters: { Action: 'NoSuchAction' } },
      400,
      'InvalidAction',
      /^Could not find operation NoSuchAction for version 2011-06-15$/,
    ],
    ['an old signature', { parameters: WHO, signedAtMs: 0 }, 403, 'SignatureDoesNotMatch', /^Sig/],
  ])('%s is an error in JSON', async (_what, options, status, code, message) => {
    for (const method of ['POST', 'GET'] as const) {
      const answer = await ask({ ...options, method })
      expect(answer).toEqual({
        status,
        requestId: expect.any(String),
        body: {
          Error: { Code: code, Message: expect.stringMatching(message), Type: 'Sender' },
          RequestId: answer.requestId,
        },
      })
    }
  })

  it('tells who has not signed', async () => {
    const request = buildRequest(server.port, { parameters: WHO, headers: JSON_PLEASE })
    const { status, body } = await send(server.port, request)
    expect([status, JSON.parse(body).Error.Code]).toEqual([403, 'MissingAuthenticationToken'])
  })

  it('does not make JSON a way to call', async () => {
    const options = { body: '{"Action":"GetCallerIdentity"}', contentType: 'application/json' }
    const answer = await call(server, alice.credentials, { ...options, headers: JSON_PLEASE })
    expect(answer).toMatchObject({ status: 302, body: '' })
  })
})

it.each([[[]], [['Accept', '*/*']], [['Accept', 'text/xml, application/json']]])(
  'answers in XML with %j',
  async headers => {
    const answer = await call(server, alice.credentials, { parameters: WHO, headers })
    expect(answer.headers['content-type']).toBe('text/xml')
    expect(answer.body).toMatch(/^<GetCallerIdentityResponse/)
  },
)
