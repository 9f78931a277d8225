import { describe, expect, it } from 'vitest'
import { ServiceError } from '../errors.ts'
import { IAM, STS } from '../operations/apis.ts'
import { Secret } from '../secrets/secret.ts'
import { readClaim } from './authenticate.ts'
import { CallRecord } from './call-record.ts'
import { readHead, readIncoming } from './incoming.ts'
import { createCallEvent, createChangeEvent } from './record-call.ts'
import { USER } from './test/callers.ts'
import { ALLOWED, DENIED, decided } from './test/decisions.ts'
import { createOperation } from './test/operations.ts'
import { createReceived, NOW_MS, signReceived } from './test/requests.ts'

const EVENT_ID = '22222222-2222-4222-8222-222222222222'
const REFUSAL = new ServiceError('AccessDenied', 'No.', { cause: new Error('for the log alone') })

/** A record as it is when nothing of the request was read. */
function createRecord(changes: Partial<CallRecord> = {}): CallRecord {
  const record = new CallRecord({
    requestId: '11111111-1111-4111-8111-111111111111',
    nowMs: NOW_MS,
    sourceIp: '192.0.2.1',
    homeRegion: 'eu-west-1',
  })
  return Object.assign(record, changes)
}

function readBody(body: string) {
  return readIncoming(readHead(createReceived({ body: Buffer.from(body) })))
}

const INCOMING = readBody('Action=GetCallerIdentity&Version=2011-06-15')
const CLAIM = readClaim(
  signReceived(createReceived(), {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secret: new Secret('x'.repeat(40)),
  }),
  STS,
  () => true,
  NOW_MS,
)
const OUTCOME = {
  output: { token: 'never on record' },
  responseElements: { expiration: 'x' },
  additionalEventData: { kid: 'k' },
}

describe('the event of a call', () => {
  it.each<readonly [string, Partial<CallRecord>, ServiceError | null, object]>([
    [
      'of which nothing could be read',
      {},
      REFUSAL,
      {
        eventSource: 'sts.amazonaws.com',
        eventName: 'unknown',
        awsRegion: 'unknown',
        userAgent: '',
        userIdentity: { type: 'Unknown' },
        readOnly: true,
        recipientAccountId: null,
        requestParameters: null,
        responseElements: null,
        errorCode: 'AccessDenied',
        errorMessage: 'No.',
      },
    ],
    [
      'of no operation has the action that it names, of the API of its version',
      { incoming: readBody('Action=Nothing&Version=2010-05-08') },
      REFUSAL,
      { eventSource: 'iam.amazonaws.com', eventName: 'Nothing', readOnly: true },
    ],
    [
      'of an unknown version is one of STS',
      { incoming: readBody('Action=Nothing&Version=1') },
      REFUSAL,
      { eventSource: 'sts.amazonaws.com', eventName: 'Nothing' },
    ],
    [
      'has what its operation is called, and who sent it',
      {
        incoming: INCOMING,
        operation: createOperation({ api: IAM, name: 'Put', readOnly: false }),
      },
      REFUSAL,
      {
        eventSource: 'iam.amazonaws.com',
        eventName: 'Put',
        readOnly: false,
        userAgent: 'tests/1',
        sourceIPAddress: '192.0.2.1',
      },
    ],
    [
      'of an unproven signer has the key that is claimed',
      { incoming: INCOMING, claim: CLAIM, region: 'eu-west-1' },
      REFUSAL,
      {
        userIdentity: { type: 'Unknown', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
        awsRegion: 'eu-west-1',
      },
    ],
    [
      'of a proven caller says who, and not the claim',
      { incoming: INCOMING, claim: CLAIM, caller: USER },
      REFUSAL,
      {
        userIdentity: { type: 'IAMUser', arn: USER.arn, accessKeyId: USER.accessKeyId },
        recipientAccountId: USER.account.id,
      },
    ],
    [
      'that was granted has what it asked for and what it got',
      {
        incoming: INCOMING,
        operation: createOperation(),
        caller: USER,
        requestParameters: { name: 'n' },
        outcome: OUTCOME,
      },
      null,
      {
        requestParameters: { name: 'n' },
        responseElements: { expiration: 'x' },
        additionalEventData: { kid: 'k' },
      },
    ],
    [
      'has every decision, in order, beside what the operation adds',
      {
        caller: USER,
        decisions: [decided(ALLOWED), decided(DENIED)],
        outcome: OUTCOME,
      },
      REFUSAL,
      {
        additionalEventData: {
          kid: 'k',
          authorization: [{ effect: 'allow' }, { effect: 'deny' }],
        },
      },
    ],
  ])('%s', (_, changes, refusal, event) => {
    const actual = createCallEvent(createRecord(changes), EVENT_ID, refusal)
    expect(actual).toMatchObject({
      ...event,
      eventID: EVENT_ID,
      requestID: '11111111-1111-4111-8111-111111111111',
      eventTime: '2026-01-02T03:04:05Z',
      eventType: 'AwsApiCall',
    })
    expect(JSON.stringify(actual)).not.toContain('never on record')
    expect(JSON.stringify(actual)).not.toContain('for the log alone')
  })

  it('has no error when it was granted, and no data when there are none', () => {
    const record = createRecord({
      caller: USER,
      outcome: { ...OUTCOME, additionalEventData: null },
    })
    const event = createCallEvent(record, EVENT_ID, null)
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['errorCode']))
    expect(event).not.toHaveProperty('errorMessage')
    expect(event).not.toHaveProperty('additionalEventData')
  })
})

describe('the event before a change', () => {
  it.each<readonly [string, Partial<CallRecord>, object]>([
    ['says that it is begun', { caller: USER }, { changeBegun: true }],
    [
      'says what allowed it',
      { caller: USER, decisions: [decided(ALLOWED)] },
      { changeBegun: true, authorization: [expect.objectContaining({ effect: 'allow' })] },
    ],
  ])('%s', (_, changes, additionalEventData) => {
    const event = createChangeEvent(createRecord(changes), EVENT_ID)
    expect(event.additionalEventData).toEqual(additionalEventData)
    expect(event).toMatchObject({ eventID: EVENT_ID, responseElements: null })
    expect(event).not.toHaveProperty('errorCode')
  })
})
