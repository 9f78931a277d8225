import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { UnsignedRequest } from '../../src/wire/sigv4/sign.ts'
import { buildRequest, type CallOptions, type CallResponse, call, send } from '../support/calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { startWorld, type World } from '../support/worlds/http.ts'

// Some 2,000 requests, one after the other.
vi.setConfig({ testTimeout: 60_000 })

const base64url = (text: string) => Buffer.from(text).toString('base64url')
/** As a credential has them: numbers that fast-check likes, such as 0 and 255, would be none. */
const bytes = (length: number) =>
  fc
    .integer()
    .map(seed => createHash('shake256', { outputLength: length }).update(String(seed)).digest())

/** What must never be kept: one of each kind, made anew each time. */
const credential = fc.oneof(
  bytes(30).map(random => random.toString('base64')),
  bytes(32).map(random => random.toString('hex')),
  bytes(96).map(
    random =>
      `${base64url('{"alg":"ES384"}')}.${base64url('{"sub":"a"}')}.${random.toString('base64url')}`,
  ),
  bytes(300).map(random => random.toString('base64')),
)

/** What may stand beside it: no letters or digits. Filled up, so that it lies across every cut. */
const beside = fc.oneof(
  fc.constantFrom('', ' ', "'", '"', '/', '-', '_', '=', ':', ',', '.', '%20'),
  fc
    .constantFrom(20, 31, 60, 99, 120, 1000, 1023, 4080)
    .map(length => `${' n'.repeat(length / 2)} `),
)

const planted = fc.tuple(beside, credential, beside).map(([before, secret, after]) => ({
  secret,
  text: `${before}${secret}${after}`,
}))

const policyWith = (text: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: text, Action: text, [text]: '*' }],
  })

/** Parameters of signed calls, read to the end or refused at each of their steps. */
const SIGNED: Readonly<Record<string, (text: string) => CallOptions>> = {
  action: text => ({ parameters: { Action: text } }),
  version: text => ({ parameters: { Action: 'GetCallerIdentity', Version: text } }),
  'parameter name': text => tokenCall({ [`Audience.member.${text}`]: 'x', [text]: 'x' }),
  audience: text => tokenCall({ 'Audience.member.1': text }),
  algorithm: text => tokenCall({ SigningAlgorithm: text }),
  duration: text => tokenCall({ DurationSeconds: text }),
  tag: text => tokenCall({ 'Tags.member.1.Key': text, 'Tags.member.1.Value': text }),
  role: text => ({ parameters: { Action: 'AssumeRole', RoleArn: text, RoleSessionName: text } }),
  'session of a role': text => ({
    parameters: {
      Action: 'AssumeRole',
      RoleArn: `arn:aws:iam::123456789012:role/${text}`,
      RoleSessionName: 'session',
      ExternalId: text,
      SourceIdentity: text,
      Policy: text,
    },
  }),
  'session of a user': text => ({
    parameters: { Action: 'GetFederationToken', Name: text, Policy: policyWith(text) },
  }),
  'identity token': text => ({
    parameters: {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      RoleSessionName: 's',
      WebIdentityToken: text,
    },
  }),
  user: text => ({
    service: 'iam',
    parameters: { Action: 'CreateUser', UserName: text, Path: text },
  }),
  policy: text => ({
    service: 'iam',
    parameters: {
      Action: 'PutUserPolicy',
      UserName: 'admin',
      PolicyName: 'p',
      PolicyDocument: policyWith(text),
    },
  }),
  'policy that is no JSON': text => ({
    service: 'iam',
    parameters: { Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: text },
  }),
  arn: text => ({ service: 'iam', parameters: { Action: 'GetPolicy', PolicyArn: text } }),
  marker: text => ({ service: 'iam', parameters: { Action: 'ListUsers', Marker: text } }),
  'user agent': text => tokenCall({}, { headers: ['User-Agent', text] }),
  'content type': text =>
    tokenCall({}, { contentType: `application/x-www-form-urlencoded; x=${text}` }),
  path: text => tokenCall({}, { path: `/${encodeURIComponent(text)}` }),
  body: text => ({ body: `Action=GetCallerIdentity&${text}&%` }),
}

const HEADERS = ['Authorization', 'X-Amz-Date', 'X-Amz-Security-Token', 'User-Agent'] as const
const PARTS = ['Credential', 'SignedHeaders', 'Signature'] as const

/** Requests that nobody has signed as it should be. */
const UNSIGNED: Readonly<Record<string, (port: number, text: string) => UnsignedRequest>> = {
  ...Object.fromEntries(
    ['', 'AWS4-HMAC-SHA256 ', 'Bearer ', 'AWS4-HMAC-SHA256 Credential=x, '].map(scheme => [
      `authorization behind ${JSON.stringify(scheme)}`,
      (port: number, text: string) => withHeaders(port, { Authorization: scheme + text }),
    ]),
  ),
  ...Object.fromEntries(
    PARTS.map(name => [
      name,
      (port: number, text: string) =>
        withHeaders(port, { Authorization: authorize({ [name]: text }) }),
    ]),
  ),
  ...Object.fromEntries(
    HEADERS.map(name => [
      name,
      (port: number, text: string) =>
        withHeaders(port, { Authorization: authorize({}), [name]: text }),
    ]),
  ),
  ...Object.fromEntries(
    ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].map(name => [
      `X-Amz-${name} in the query`,
      (port: number, text: string) => presigned(port, name, text),
    ]),
  ),
}

function authorize(changes: Partial<Record<(typeof PARTS)[number], string>>): string {
  const parts = {
    Credential: 'AKIAIOSFODNN7EXAMPLE/20261122/eu-west-1/sts/aws4_request',
    SignedHeaders: 'host;x-amz-date',
    Signature: '0'.repeat(64),
    ...changes,
  }
  return `AWS4-HMAC-SHA256 ${Object.entries(parts)
    .map(part => part.join('='))
    .join(', ')}`
}

function withHeaders(port: number, headers: Readonly<Record<string, string>>): UnsignedRequest {
  const all = { 'X-Amz-Date': '20261122T201219Z', ...headers }
  return buildRequest(port, tokenCall({}, { headers: Object.entries(all).flat() }))
}

function presigned(port: number, name: string, text: string): UnsignedRequest {
  const parameters = {
    Action: 'GetCallerIdentity',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20261122/eu-west-1/sts/aws4_request',
    'X-Amz-Date': '20261122T201219Z',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': '0'.repeat(64),
    [`X-Amz-${name}`]: text,
  }
  return buildRequest(port, { method: 'GET', parameters })
}

let world: World

beforeAll(async () => {
  world = await startWorld()
})

afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** Sends requests with credentials in the place, and looks for parts of them in audit and log. */
async function plant(place: string, ask: (text: string) => Promise<CallResponse>): Promise<void> {
  const { server } = world
  const [auditLength, logLength] = [server.readAudit().length, server.readLog().length]
  const samples = fc.sample(planted, { numRuns: 25, seed: place.length })
  for (const { text } of samples) await ask(text)
  const kept = server.readAudit().slice(auditLength) + server.readLog().slice(logLength)
  expect(kept).not.toBe('')
  const found = samples.filter(({ secret }) => hasPart(kept, secret))
  // What stands beside it tells why it was not seen.
  expect(found.map(({ text }) => text.replace(/(?: n)+/g, ' n n'))).toEqual([])
}

/** A secret of which half is known is none any more. */
function hasPart(text: string, secret: string): boolean {
  // The beginnings of tokens are the same for all of them.
  const random = secret.slice(secret.lastIndexOf('.') + 1)
  const length = 20
  for (let start = 0; start + length <= random.length; start += 1) {
    if (text.includes(random.slice(start, start + length))) return true
  }
  return false
}

it.each(Object.entries(SIGNED))('keeps no credential from: %s', async (place, toCall) => {
  const { server, callers } = world
  await plant(place, text => call(server, callers.admin, toCall(text)))
})

it.each(Object.entries(SIGNED))('keeps none of a denied caller: %s', async (place, toCall) => {
  const { server, callers } = world
  await plant(place, text => call(server, callers.nobody, toCall(text)))
})

it.each(Object.entries(UNSIGNED))('keeps none of an unsigned request: %s', async (place, build) => {
  const { port } = world.server
  await plant(place, text => send(port, build(port, text)))
})
