import { describe, expect, it } from 'vitest'
import { BareRefusal, ServiceError } from '../../errors.ts'
import { growthOf } from '../../runtime/test/count-work.ts'
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

describe('a header name that is signed again', () => {
  const withNames = (names: string): WireRequest => ({
    ...BY_HEADER,
    rawHeaders: [
      ...['A', 'v'.repeat(1000), ...BY_HEADER.rawHeaders.slice(0, 4), 'Authorization'],
      `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=${names}, Signature=abc`,
    ],
  })
  const repeats = (count: number) => `a${';a'.repeat(count)};host;x-amz-date`

  it('is signed as often, up to eight times more', () => {
    expect(parseAuthorization(withNames(repeats(8)), SIGNED_AT_MS).signedHeaders).toHaveLength(11)
  })

  it.each([
    ['nine times more', repeats(9)],
    ['in turn with others', `${'a;b;'.repeat(6)}host`],
  ])('is refused %s', (_, names) => {
    expect(() => parseAuthorization(withNames(names), SIGNED_AT_MS)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    )
  })

  it('is nothing that many names of their own are', () => {
    const names = Array.from({ length: 100 }, (_, index) => `b${index}`).join(';')
    const claim = parseAuthorization(withNames(`${names};host`), SIGNED_AT_MS)
    expect(claim.signedHeaders).toHaveLength(101)
  })
})

describe('the work of reading a signature grows with the length of', () => {
  const withTarget = (target: string): WireRequest => ({ ...BY_HEADER, target })
  const withHeaders = (...headers: readonly string[]): WireRequest => ({
    ...BY_HEADER,
    rawHeaders: [...headers, ...BY_HEADER.rawHeaders],
  })
  const withAuthorization = (value: string): WireRequest => ({
    ...BY_HEADER,
    rawHeaders: [...BY_HEADER.rawHeaders.slice(0, 4), 'Authorization', value],
  })

  it.each<readonly [string, (length: number) => WireRequest]>([
    ['a plain segment before a reserved character', n => withTarget(`/${'a'.repeat(n)}!`)],
    ['many segments', n => withTarget('/a/..'.repeat(n / 5))],
    ['many slashes', n => withTarget('/'.repeat(n))],
    ['many parameters', n => withTarget(`/?${'z=%41&a=1&'.repeat(n / 10)}`)],
    ['many equals signs', n => withTarget(`/?${'='.repeat(n)}`)],
    ['much white space', n => withHeaders('A', `a${' \t'.repeat(n / 2)}`)],
    [
      'a value with a final tab',
      n => withHeaders('A', `${'a'.repeat(n / 2)} ${'a'.repeat(n / 2)}\t`),
    ],
    [
      'many repeats',
      n =>
        withHeaders(
          ...Array<string[]>(n / 10)
            .fill(['A', ' b '])
            .flat(),
        ),
    ],
    ['many commas', n => withAuthorization(`AWS4-HMAC-SHA256 ${','.repeat(n)}`)],
    [
      'many signed headers',
      n =>
        withAuthorization(
          `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host${';a'.repeat(n / 2)};, Signature=x`,
        ),
    ],
  ])('%s', (_what, create) => {
    const growth = growthOf(4_000, length => {
      try {
        parseAuthorization(create(length), SIGNED_AT_MS)
      } catch (error) {
        if (!(error instanceof ServiceError || error instanceof BareRefusal)) throw error
      }
    })
    expect(growth).toBeLessThan(5)
  })
})
