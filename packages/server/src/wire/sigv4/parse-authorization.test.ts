import { describe, expect, it } from 'vitest'
import type { WireRequest } from '../message.ts'
import { parseAuthorization } from './parse-authorization.ts'

const SIGNED_AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
const MINUTE_MS = 60_000
const CREDENTIAL = 'AKIDEXAMPLE/20260102/us-east-1/sts/aws4_request'

const BY_HEADER: WireRequest = {
  method: 'GET',
  target: '/',
  rawHeaders: [
    'Host',
    'sts.example.com',
    'X-Amz-Date',
    '20260102T030405Z',
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host;x-amz-date, Signature=abc`,
  ],
  body: new Uint8Array(),
  sourceIp: '192.0.2.1',
  secureTransport: false,
}

const BY_QUERY: WireRequest = {
  ...BY_HEADER,
  target: `/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${CREDENTIAL}&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=abc`,
  rawHeaders: ['Host', 'sts.example.com'],
}

describe('the time window', () => {
  const requests: readonly (readonly [string, WireRequest])[] = [
    ['header', BY_HEADER],
    ['query', BY_QUERY],
  ]
  const moments: readonly (readonly [string, number, RegExp | null])[] = [
    ['15:00.000 later', 15 * MINUTE_MS, null],
    ['15:00.001 later', 15 * MINUTE_MS + 1, /^Signature expired: /],
    ['at once', 0, null],
    ['15:00.000 earlier', -15 * MINUTE_MS, null],
    ['15:00.001 earlier', -15 * MINUTE_MS - 1, /^Signature not yet current: /],
  ]
  const rows = requests.flatMap(([mechanism, request]) =>
    moments.map(([moment, offsetMs, refusal]) => ({
      mechanism,
      request,
      moment,
      offsetMs,
      refusal,
    })),
  )

  it.each(rows)('$mechanism, read $moment', ({ request, offsetMs, refusal }) => {
    const parse = () => parseAuthorization(request, SIGNED_AT_MS + offsetMs)
    if (refusal === null) expect(parse().timestamp).toBe('20260102T030405Z')
    else expect(parse).toThrow(refusal)
  })
})

describe('the claim', () => {
  it('says what the request says', () => {
    expect(parseAuthorization(BY_HEADER, SIGNED_AT_MS)).toMatchObject({
      request: BY_HEADER,
      mechanism: 'header',
      credential: CREDENTIAL,
      accessKeyId: 'AKIDEXAMPLE',
      scope: { date: '20260102', region: 'us-east-1', service: 'sts', terminator: 'aws4_request' },
      signedHeaders: ['host', 'x-amz-date'],
      signature: 'abc',
      timestamp: '20260102T030405Z',
      sessionToken: null,
    })
    expect(parseAuthorization(BY_QUERY, SIGNED_AT_MS).mechanism).toBe('query')
  })

  it('takes the session token from where the signature is', () => {
    const header = ['X-Amz-Security-Token', 'from-header']
    const parameter = '&X-Amz-Security-Token=from-query'
    const byHeader = parseAuthorization(
      { ...BY_HEADER, target: `/?${parameter}`, rawHeaders: [...BY_HEADER.rawHeaders, ...header] },
      SIGNED_AT_MS,
    )
    const byQuery = parseAuthorization(
      {
        ...BY_QUERY,
        target: BY_QUERY.target + parameter,
        rawHeaders: [...BY_QUERY.rawHeaders, ...header],
      },
      SIGNED_AT_MS,
    )
    expect(byHeader.sessionToken?.reveal()).toBe('from-header')
    expect(byQuery.sessionToken?.reveal()).toBe('from-query')
    expect(JSON.stringify({ token: byHeader.sessionToken })).toBe('{"token":"[redacted]"}')
  })
})

describe('an algorithm that is not spoken here', () => {
  const [longest, tooLong] = ['A'.repeat(32), 'A'.repeat(33)]
  it.each([
    ['is quoted while it may be the name of one', longest, longest],
    ['is hidden where it is longer: a credential', tooLong, '[redacted sha256:'],
  ])('%s', (_what, algorithm, quoted) => {
    const rawHeaders = [...BY_HEADER.rawHeaders.slice(0, 4), 'Authorization', `${algorithm} abc`]
    expect(() => parseAuthorization({ ...BY_HEADER, rawHeaders }, SIGNED_AT_MS)).toThrow(
      `Unsupported AWS 'algorithm': '${quoted}`,
    )
  })
})

describe('hostile sizes', () => {
  const filler = 'a'.repeat(16_000)
  const withHeader = (value: string): WireRequest => ({
    ...BY_HEADER,
    rawHeaders: ['A', value, ...BY_HEADER.rawHeaders],
  })
  it.each([
    ['a long plain segment and a reserved character', { ...BY_HEADER, target: `/${filler}!` }],
    ['many segments', { ...BY_HEADER, target: '/a/..'.repeat(3_000) }],
    ['many slashes', { ...BY_HEADER, target: '/'.repeat(16_000) }],
    ['many parameters', { ...BY_HEADER, target: `/?${'z=%41&a=1&'.repeat(1_600)}` }],
    ['many equals signs', { ...BY_HEADER, target: `/?${'='.repeat(16_000)}` }],
    ['much white space', withHeader(`a${' \t'.repeat(8_000)}`)],
    ['a long value with a final tab', withHeader(`${filler} ${filler}\t`)],
    [
      'many repeats',
      {
        ...BY_HEADER,
        rawHeaders: [...Array(1_000).fill(['A', ' b ']).flat(), ...BY_HEADER.rawHeaders],
      },
    ],
    ['many commas', withAuthorization(`AWS4-HMAC-SHA256 ${','.repeat(16_000)}`)],
    [
      'many signed headers',
      withAuthorization(
        `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host${';a'.repeat(8_000)};, Signature=x`,
      ),
    ],
  ])('%s: answered in time', (_name, request: WireRequest) => {
    const start = performance.now()
    try {
      parseAuthorization(request, SIGNED_AT_MS)
    } catch (error) {
      expect(String(error)).toMatch(/^(ServiceError|BareRefusal)/)
    }
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  function withAuthorization(value: string): WireRequest {
    return {
      ...BY_HEADER,
      rawHeaders: [...BY_HEADER.rawHeaders.slice(0, 4), 'Authorization', value],
    }
  }
})
