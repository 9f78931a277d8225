import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findText, readXml } from '../../../test/support/xml.ts'
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
import { formatXml } from './format-xml.ts'

const requestId = '5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55'
const sts = (action: string) => ({
  action,
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  requestId,
})
const iam = (action: string) => ({
  action,
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  requestId,
})

describe('byte for byte', () => {
  test('GetWebIdentityToken', () => {
    const shape = structure('GetWebIdentityTokenResponse', {
      webIdentityToken: required(string()),
      expiration: required(timestamp('milliseconds')),
    })
    const output = {
      webIdentityToken: 'eyJ.e30.c2ln',
      expiration: Date.UTC(2026, 8, 11, 18, 36, 46, 507),
    }
    expect(formatXml(sts('GetWebIdentityToken'), shape, output)).toBe(`\
<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetWebIdentityTokenResult>
    <WebIdentityToken>eyJ.e30.c2ln</WebIdentityToken>
    <Expiration>2026-09-11T18:36:46.507Z</Expiration>
  </GetWebIdentityTokenResult>
  <ResponseMetadata>
    <RequestId>5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55</RequestId>
  </ResponseMetadata>
</GetWebIdentityTokenResponse>
`)
  })

  test('an answer without a result', () => {
    expect(formatXml(iam('DisableOutboundWebIdentityFederation'), null, undefined)).toBe(`\
<DisableOutboundWebIdentityFederationResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ResponseMetadata>
    <RequestId>5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55</RequestId>
  </ResponseMetadata>
</DisableOutboundWebIdentityFederationResponse>
`)
  })

  test('every kind of value, nested', () => {
    const tag = structure('Tag', { key: required(string()), value: required(string()) })
    const shape = structure('Everything', {
      name: required(string()),
      count: required(integer()),
      enabled: required(boolean()),
      createdAt: required(timestamp('seconds'), 'CreateDate'),
      tags: required(list(tag)),
      paths: required(list(string())),
      summary: required(map(integer())),
      boundary: optional(structure('Boundary', { arn: optional(string()) })),
      absent: optional(string()),
      nothing: optional(list(string())),
    })
    const output = {
      name: 'a <b> & "c"',
      count: -1,
      enabled: false,
      createdAt: Date.UTC(2011, 6, 15, 23, 28, 33, 999),
      tags: [
        { key: 'team', value: 'data' },
        { key: 'k2', value: '' },
      ],
      paths: [],
      summary: new Map([
        ['Users', 0],
        ['Roles & more', 12],
      ]),
      boundary: { arn: undefined },
      absent: undefined,
      nothing: null,
    }
    expect(formatXml(iam('Everything'), shape, output)).toBe(`\
<EverythingResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <EverythingResult>
    <Name>a &lt;b&gt; &amp; "c"</Name>
    <Count>-1</Count>
    <Enabled>false</Enabled>
    <CreateDate>2011-07-15T23:28:33Z</CreateDate>
    <Tags>
      <member>
        <Key>team</Key>
        <Value>data</Value>
      </member>
      <member>
        <Key>k2</Key>
        <Value/>
      </member>
    </Tags>
    <Paths/>
    <Summary>
      <entry>
        <key>Users</key>
        <value>0</value>
      </entry>
      <entry>
        <key>Roles &amp; more</key>
        <value>12</value>
      </entry>
    </Summary>
    <Boundary/>
  </EverythingResult>
  <ResponseMetadata>
    <RequestId>5a1c4e0e-1d2c-4b8a-9f43-0d6c1f3a7b55</RequestId>
  </ResponseMetadata>
</EverythingResponse>
`)
  })

  test('a result without members', () => {
    const shape = structure('Empty', { name: optional(string()) })
    expect(formatXml(iam('Empty'), shape, {})).toContain('  <EmptyResult/>\n  <ResponseMetadata>\n')
  })
})

describe('an output that is not what its shape says is a defect', () => {
  test.each([
    ['string', string(), 1],
    ['integer', integer(), '1'],
    ['boolean', boolean(), 'true'],
    ['timestamp', timestamp('seconds'), '2011-07-15T23:28:33Z'],
    ['list', list(string()), 'a'],
    ['map', map(string()), { a: 'b' }],
    ['structure', structure('S', {}), 'a'],
    ['string', list(string()), [null]],
    ['string', map(string()), new Map([[1, 'a']])],
  ])('no %s', (kind, shape, value) => {
    const output = structure('Output', { member: required(shape) })
    expect(() => formatXml(sts('X'), output, { member: value })).toThrow(
      new TypeError(`the output has something else where its shape has a ${kind}`),
    )
  })

  test.each([undefined, null, 'text'])('no output at all: %j', output => {
    expect(() => formatXml(sts('X'), structure('Output', {}), output)).toThrow(TypeError)
  })

  test('no instant', () => {
    const shape = structure('Output', { at: required(timestamp('seconds')) })
    expect(() => formatXml(sts('X'), shape, { at: Number.NaN })).toThrow(RangeError)
  })
})

test('a parser reads what was written', () => {
  const shape = structure('Output', { name: required(string()), names: required(list(string())) })
  const texts = fc.string({ unit: 'grapheme' }).filter(text => text.isWellFormed())
  fc.assert(
    fc.property(texts, fc.array(texts, { minLength: 1 }), (name, names) => {
      const root = readXml(formatXml(sts('X'), shape, { name, names }))
      const members = root.children[0]?.children.find(element => element.name === 'Names')?.children
      expect(root.attributes).toEqual({ xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/' })
      expect(findText(root, 'XResult', 'Name')).toBe(name)
      expect(members?.map(({ text }) => text)).toEqual(names)
      expect(findText(root, 'ResponseMetadata', 'RequestId')).toBe(requestId)
    }),
  )
})
