import { describe, expect, it } from 'vitest'
import { ServiceError } from '../../errors.ts'
import {
  boolean,
  integer,
  list,
  map,
  optional,
  required,
  string,
  structure,
  timestamp,
} from '../../shapes/shape.ts'
import { formatErrorJson } from './format-error-json.ts'
import { formatJson } from './format-json.ts'

const requestId = '5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55'

describe('a success', () => {
  it('is the members of the XML, in their order', () => {
    const shape = structure('AssumeRoleResponse', {
      credentials: required(
        structure('Credentials', {
          accessKeyId: required(string()),
          expiration: required(timestamp('seconds')),
        }),
      ),
      packedPolicySize: optional(integer()),
      isTruncated: required(boolean()),
      sourceIdentity: optional(string()),
      names: required(list(string())),
      providers: required(map(string())),
      at: required(timestamp('milliseconds')),
      arn: required(string(), 'ARN'),
    })
    const output = {
      credentials: { accessKeyId: 'ASIA', expiration: 1_795_378_339_507 },
      packedPolicySize: 0,
      isTruncated: false,
      sourceIdentity: null,
      names: ['a', '<"\u2028\ud800'],
      providers: new Map([['__proto__', 'x']]),
      at: 1_795_378_339_507,
      arn: '',
    }
    expect(formatJson({ action: 'AssumeRole', requestId }, shape, output)).toBe(
      `{"AssumeRoleResponse":{"AssumeRoleResult":{"Credentials":{"AccessKeyId":"ASIA","Expiration":1795378339},"PackedPolicySize":0,"IsTruncated":false,"Names":["a","<\\"\u2028\\ud800"],"Providers":{"__proto__":"x"},"At":1795378339.507,"ARN":""},"ResponseMetadata":{"RequestId":"${requestId}"}}}`,
    )
  })

  it('without a result carries the request id alone', () => {
    expect(formatJson({ action: 'TagUser', requestId }, null, undefined)).toBe(
      `{"TagUserResponse":{"ResponseMetadata":{"RequestId":"${requestId}"}}}`,
    )
  })

  it.each([
    ['string', string(), 1],
    ['integer', integer(), '1'],
    ['boolean', boolean(), 'true'],
    ['timestamp', timestamp('seconds'), 'now'],
    ['list', list(string()), 'a'],
    ['map', map(string()), {}],
    ['structure', structure('S', {}), 'a'],
  ])('refuses what is no %s', (kind, shape, value) => {
    const around = structure('R', { value: required(shape) })
    expect(() => formatJson({ action: 'A', requestId }, around, { value })).toThrow(
      `the output has something else where its shape has a ${kind}`,
    )
  })
})

describe('an error', () => {
  it('has its code, text and fault', () => {
    const error = new ServiceError('ExpiredToken', 'The "token" is expired')
    expect(formatErrorJson(error, requestId)).toBe(
      `{"Error":{"Code":"ExpiredToken","Message":"The \\"token\\" is expired","Type":"Sender"},"RequestId":"${requestId}"}`,
    )
  })

  it('may have no text, and may be the fault of the service', () => {
    const error = { code: 'InternalFailure', message: '' } as const
    expect(formatErrorJson(error, requestId)).toBe(
      `{"Error":{"Code":"InternalFailure","Type":"Receiver"},"RequestId":"${requestId}"}`,
    )
  })
})
