import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findText, readXml } from '../../../test/support/xml.ts'
import { ERROR_TABLE, type ErrorCode, ServiceError } from '../../errors.ts'
import { formatErrorXml } from './format-error-xml.ts'

const STS = 'https://sts.amazonaws.com/doc/2011-06-15/'
const FRAMEWORK = 'http://webservices.amazon.com/AWSFault/2005-15-09'
const requestId = '5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55'

describe('byte for byte', () => {
  test('an error of the API', () => {
    const error = new ServiceError(
      'OutboundWebIdentityFederationDisabledException',
      'OutboundWebIdentityFederation is disabled.',
    )
    expect(formatErrorXml(error, STS, requestId)).toBe(`\
<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>OutboundWebIdentityFederationDisabledException</Code>
    <Message>OutboundWebIdentityFederation is disabled.</Message>
  </Error>
  <RequestId>5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55</RequestId>
</ErrorResponse>
`)
  })

  test('an error of the framework', () => {
    const message = 'Could not find operation  for version 2011-06-15'
    expect(formatErrorXml(new ServiceError('InvalidAction', message), STS, requestId)).toBe(`\
<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidAction</Code>
    <Message>Could not find operation  for version 2011-06-15</Message>
  </Error>
  <RequestId>5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55</RequestId>
</ErrorResponse>
`)
  })

  test('an error without a text', () => {
    expect(formatErrorXml(new ServiceError('SignatureDoesNotMatch', ''), STS, requestId)).toBe(`\
<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>SignatureDoesNotMatch</Code>
  </Error>
  <RequestId>5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55</RequestId>
</ErrorResponse>
`)
  })

  test('quotes stay, markup is escaped', () => {
    const message = `Value '<team>' at 'tags.1.member.key' failed & "so on"`
    expect(formatErrorXml({ code: 'ValidationError', message }, STS, requestId)).toContain(
      `<Message>Value '&lt;team&gt;' at 'tags.1.member.key' failed &amp; "so on"</Message>`,
    )
  })
})

const codes = Object.keys(ERROR_TABLE) as ErrorCode[]

test.each(codes)('%s', code => {
  const { fault, namespace } = ERROR_TABLE[code]
  const root = readXml(formatErrorXml({ code, message: 'text' }, STS, requestId))
  expect(root.attributes).toEqual({ xmlns: namespace === 'framework' ? FRAMEWORK : STS })
  expect(findText(root, 'Error', 'Type')).toBe(fault)
  expect(findText(root, 'Error', 'Code')).toBe(code)
  expect(findText(root, 'Error', 'Message')).toBe('text')
  expect(findText(root, 'RequestId')).toBe(requestId)
})

test('a parser reads any message', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), message => {
      const root = readXml(formatErrorXml({ code: 'ValidationError', message }, STS, requestId))
      expect(root.children[0]?.children.map(({ name }) => name)).toEqual([
        'Type',
        'Code',
        'Message',
      ])
      expect(findText(root, 'Error', 'Message')?.length).toBe(message.length)
    }),
  )
})
