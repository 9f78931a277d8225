import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM_RANDOM } from '../../src/composition.ts'
import { addAccount, addUser, type TestUser } from '../support/accounts.ts'
import { type CallOptions, type CallResponse, call } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

let server: TestServer
let alice: TestUser

beforeAll(async () => {
  server = await startTestServer()
  alice = await addUser(server, await addAccount(server, '123456789012'), 'alice')
})

afterAll(() => server[Symbol.asyncDispose]())

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

async function ask(options: CallOptions): Promise<CallResponse & { readonly requestId: string }> {
  const answer = await call(server, alice.credentials, options)
  const requestId = answer.headers['x-amzn-requestid'] ?? ''
  expect(requestId).toMatch(UUID)
  return { ...answer, requestId }
}

function iam(action: string): CallOptions {
  return { service: 'iam', parameters: { Action: action } }
}

// The bodies are AWS's own, byte for byte (aws-wire §1.5, §2).

it('answers GetCallerIdentity', async () => {
  const { status, body, requestId } = await ask({ parameters: { Action: 'GetCallerIdentity' } })
  expect(status).toBe(200)
  expect(body).toBe(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/alice</Arn>
    <UserId>${alice.user.id}</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`)
})

it('answers GetWebIdentityToken', async () => {
  const { status, body, requestId } = await ask(tokenCall())
  const [, token] = /<WebIdentityToken>([\w-]+\.[\w-]+\.[\w-]+)</.exec(body) ?? []
  expect(status).toBe(200)
  expect(body).toBe(`<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetWebIdentityTokenResult>
    <WebIdentityToken>${token}</WebIdentityToken>
    <Expiration>2026-11-22T20:17:19.507Z</Expiration>
  </GetWebIdentityTokenResult>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</GetWebIdentityTokenResponse>
`)
})

it('answers the operations of IAM', async () => {
  const namespace = 'https://iam.amazonaws.com/doc/2010-05-08/'
  const shown = await ask(iam('GetOutboundWebIdentityFederationInfo'))
  const [, issuer = ''] = /<IssuerIdentifier>(.*)<\/IssuerIdentifier>/.exec(shown.body) ?? []
  expect(issuer.slice(0, server.endpoint.length + 1)).toBe(`${server.endpoint}/`)
  expect(issuer.slice(server.endpoint.length + 1)).toMatch(UUID)
  expect(shown.body).toBe(`<GetOutboundWebIdentityFederationInfoResponse xmlns="${namespace}">
  <GetOutboundWebIdentityFederationInfoResult>
    <IssuerIdentifier>${issuer}</IssuerIdentifier>
    <JwtVendingEnabled>true</JwtVendingEnabled>
  </GetOutboundWebIdentityFederationInfoResult>
  <ResponseMetadata>
    <RequestId>${shown.requestId}</RequestId>
  </ResponseMetadata>
</GetOutboundWebIdentityFederationInfoResponse>
`)

  const disabled = await ask(iam('DisableOutboundWebIdentityFederation'))
  expect(disabled.body).toBe(`<DisableOutboundWebIdentityFederationResponse xmlns="${namespace}">
  <ResponseMetadata>
    <RequestId>${disabled.requestId}</RequestId>
  </ResponseMetadata>
</DisableOutboundWebIdentityFederationResponse>
`)

  const enabled = await ask(iam('EnableOutboundWebIdentityFederation'))
  expect(enabled.body).toBe(`<EnableOutboundWebIdentityFederationResponse xmlns="${namespace}">
  <EnableOutboundWebIdentityFederationResult>
    <IssuerIdentifier>${issuer}</IssuerIdentifier>
  </EnableOutboundWebIdentityFederationResult>
  <ResponseMetadata>
    <RequestId>${enabled.requestId}</RequestId>
  </ResponseMetadata>
</EnableOutboundWebIdentityFederationResponse>
`)
  expect([shown.status, disabled.status, enabled.status]).toEqual([200, 200, 200])
})

it.each([
  ['a granted call', tokenCall()],
  ['a refused call', tokenCall({ DurationSeconds: '59' })],
  [
    'a signature for another service',
    { service: 'iam', parameters: { Action: 'GetCallerIdentity', Version: '2011-06-15' } },
  ],
  ['a call without an operation', { parameters: { Action: 'NoSuchAction' } }],
] satisfies [string, CallOptions][])('has the headers of STS around %s', async (_what, options) => {
  const { headers, body, requestId } = await ask(options)
  expect(headers).toMatchObject({
    'content-type': 'text/xml',
    'content-length': String(Buffer.byteLength(body)),
    date: 'Sun, 22 Nov 2026 20:12:19 GMT',
  })
  expect(body).toContain(`<RequestId>${requestId}</RequestId>`)
  const extended = atob(headers['x-amz-sts-extended-request-id'] ?? '')
  expect(extended).toMatch(/^1:(?:eu-west-1|us-east-1):S:1795378339507:R:\w{8}$/)
})

it('has no extended request id around a call of IAM', async () => {
  const { headers } = await ask(iam('GetOutboundWebIdentityFederationInfo'))
  expect(headers).not.toHaveProperty('x-amz-sts-extended-request-id')
})

it('takes the date from the clock that judges signatures', async () => {
  server.clock.moveBy(61_000)
  const { headers } = await ask(tokenCall())
  expect(headers['date']).toBe('Sun, 22 Nov 2026 20:13:20 GMT')
})

it('draws its ids from the source of randomness', async () => {
  let drawn = 0
  const uuid = () => `${String(++drawn).padStart(8, '0')}-0000-4000-8000-000000000000`
  await using own = await startTestServer({ random: { ...SYSTEM_RANDOM, uuid } })
  // The store has drawn an id of its own while it was made.
  drawn = 0
  const { credentials } = await addUser(own, await addAccount(own, '123456789012'), 'alice')
  const answer = await call(own, credentials, tokenCall())
  const { claims } = await readToken(own, answer)
  expect(claims.iss).toBe(`${own.endpoint}/00000001-0000-4000-8000-000000000000`)
  expect(answer.headers['x-amzn-requestid']).toBe('00000002-0000-4000-8000-000000000000')
  expect(atob(answer.headers['x-amz-sts-extended-request-id'] ?? '')).toMatch(/:R:00000002$/)
  expect(claims.jti).toBe('00000003-0000-4000-8000-000000000000')
})

it('never gives two calls the same request id', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(tokenCall())))
  expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(20)
})
