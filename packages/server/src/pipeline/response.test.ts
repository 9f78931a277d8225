import { describe, expect, it } from 'vitest'
import { BareRefusal, ServiceError } from '../errors.ts'
import { IAM } from '../operations/apis.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { QUERY_JSON_WIRE } from '../wire/query/query-wire.ts'
import { type ActionDecision, CallRecord } from './call-record.ts'
import { readHead, readIncoming } from './incoming.ts'
import { formatBareResponse, formatErrorResponse, formatSuccessResponse } from './response.ts'
import { USER } from './test/callers.ts'
import { ALLOWED, ASKED, DENIED, decided, NOT_ALLOWED } from './test/decisions.ts'
import { createOperation } from './test/operations.ts'
import { createReceived, NOW_MS } from './test/requests.ts'

const REQUEST_ID = '11111111-1111-4111-8111-111111111111'
const SEALER: Sealer = { seal: (_, plaintext) => plaintext, unseal: (_, sealed) => sealed }

function createRecord(changes: Partial<CallRecord> = {}): CallRecord {
  const ids = { requestId: REQUEST_ID, nowMs: NOW_MS, sourceIp: '192.0.2.1' }
  return Object.assign(new CallRecord({ ...ids, homeRegion: 'eu-central-1' }), changes)
}

const readBody = (body: string) =>
  readIncoming(readHead(createReceived({ body: Buffer.from(body) })))
const extendedId = (region: string) => btoa(`1:${region}:S:${NOW_MS}:R:11111111`)
const EXTENDED = 'x-amz-sts-extended-request-id'
const MESSAGE = 'x-credence-authorization-message'

describe('a granted call', () => {
  it('is answered with its output', () => {
    const record = createRecord({ operation: createOperation(), region: 'us-east-1' })
    const response = formatSuccessResponse(record, createOperation(), { greeting: 'hi & bye' })
    expect(response).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/xml',
        'x-amzn-requestid': REQUEST_ID,
        [EXTENDED]: extendedId('us-east-1'),
      },
      body: expect.stringMatching(/^<GreetResponse .*hi &amp; bye.*\n$/s),
    })
    expect(response.body).toContain('xmlns="https://sts.amazonaws.com/doc/2011-06-15/"')
    expect(response.body).toContain(REQUEST_ID)
  })

  it('is answered as its client wants to read it', () => {
    const record = createRecord({ operation: createOperation(), wire: QUERY_JSON_WIRE })
    const { headers, body } = formatSuccessResponse(record, createOperation(), { greeting: 'hi' })
    expect(headers).toMatchObject({ 'content-type': 'application/json' })
    expect(JSON.parse(body)).toMatchObject({ GreetResponse: { GreetResult: {} } })
  })
})

describe('the ids of an answer', () => {
  const iam = createOperation({ api: IAM })
  it.each<readonly [string, Partial<CallRecord>, string | undefined]>([
    ['before anything is known are those of STS at home', {}, extendedId('eu-central-1')],
    [
      'have the region that the call counts as',
      { operation: createOperation(), region: 'us-east-1' },
      extendedId('us-east-1'),
    ],
    ['of an operation of IAM are one', { operation: iam, region: 'us-east-1' }, undefined],
    [
      "of no operation are those of the version's API",
      { incoming: readBody('Action=Nothing&Version=2010-05-08') },
      undefined,
    ],
    [
      'of no version are those of STS',
      { incoming: readBody('Action=Nothing') },
      extendedId('eu-central-1'),
    ],
  ])('%s', (_, changes, extended) => {
    const record = createRecord(changes)
    const refused = formatErrorResponse(record, new ServiceError('ValidationError', 'x'), SEALER)
    const bare = formatBareResponse(record, new BareRefusal(302, { location: '/' }))
    expect(refused.headers['x-amzn-requestid']).toBe(REQUEST_ID)
    expect(refused.headers[EXTENDED]).toBe(extended)
    expect(bare.headers[EXTENDED]).toBe(extended)
  })
})

describe('a refused call', () => {
  it.each<readonly [string, ServiceError, Partial<CallRecord>, number, string]>([
    [
      'in the words of STS before an operation is known',
      new ServiceError('MissingAuthenticationToken', 'No <token>'),
      {},
      403,
      'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"',
    ],
    [
      'in the words of its API',
      new ServiceError('NoSuchEntity', 'x'),
      { operation: createOperation({ api: IAM }) },
      404,
      'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"',
    ],
    [
      "as the service's own fault",
      new ServiceError('InternalFailure', 'x', { cause: new Error('secret') }),
      {},
      500,
      '<Type>Receiver</Type>',
    ],
  ])('is answered %s', (_, refusal, changes, status, text) => {
    const response = formatErrorResponse(createRecord(changes), refusal, SEALER)
    expect(response).toMatchObject({ status, headers: { 'content-type': 'text/xml' } })
    expect(response.body).toContain(text)
    expect(response.body).toContain(`<Code>${refusal.code}</Code>`)
    expect(response.body).not.toContain('secret')
  })

  it('without a body has its status, its headers and its ids', () => {
    const refusal = new BareRefusal(302, { location: 'https://example.com' })
    expect(formatBareResponse(createRecord(), refusal)).toEqual({
      status: 302,
      headers: {
        location: 'https://example.com',
        'x-amzn-requestid': REQUEST_ID,
        [EXTENDED]: extendedId('eu-central-1'),
      },
      body: '',
    })
  })
})

describe('why a call was denied', () => {
  const denied = new ServiceError('AccessDenied', 'x')
  const messageOf = (changes: Partial<CallRecord>) =>
    formatErrorResponse(createRecord(changes), denied, SEALER).headers[MESSAGE]

  it.each<readonly [string, readonly ActionDecision[]]>([
    ['an explicit denial', [decided(DENIED)]],
    ['a denial for want of an Allow', [decided(NOT_ALLOWED)]],
    ['the denial that came last', [decided(ALLOWED), decided(DENIED)]],
  ])('is sealed for who may know: %s', (_, decisions) => {
    const message = messageOf({ caller: USER, decisions: [...decisions] })
    expect(Buffer.from(message ?? '', 'base64').toString()).toContain('"allowed":false')
  })

  it.each<readonly [string, Partial<CallRecord>]>([
    ['about trust', { caller: USER, decisions: [decided(DENIED, true)] }],
    ['about a role that is not there', { caller: USER, decisions: [decided(null, true)] }],
    ['without a decision', { caller: USER, decisions: [] }],
    ['about a decision without an outcome', { caller: USER, decisions: [decided(null)] }],
    ['when the last decision was a grant', { caller: USER, decisions: [decided(ALLOWED)] }],
    ['about nobody', { caller: null, decisions: [decided(DENIED)] }],
    [
      'when it would be too long',
      {
        caller: USER,
        decisions: [{ ...decided(DENIED), request: { ...ASKED, resource: 'x'.repeat(4000) } }],
      },
    ],
  ])('is not told %s', (_, changes) => {
    expect(messageOf(changes)).toBeUndefined()
  })
})
