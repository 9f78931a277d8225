import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../../src/http/test/raw-client.ts'
import { buildRequest, call, send } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { tokenCall } from '../support/token-call.ts'
import { startWorld, type World } from '../support/worlds/http.ts'
import { readXml } from '../support/xml.ts'
import { readRefusal } from './refusal.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

const TOKEN = 'Action=GetWebIdentityToken&Version=2011-06-15&SigningAlgorithm=ES384'
describe('bytes that are no text', () => {
  it.each([
    ['an overlong slash', '%C0%AF'],
    ['half a surrogate pair', '%ED%A0%80'],
    ['a character beyond Unicode', '%F4%90%80%80'],
    ['a cut character', '%E2%82'],
    ['a lone continuation', '%80'],
  ])('%s', async (_what, encoded) => {
    const malformed = ['MalformedQueryString', 'Parameters must be encoded in UTF-8']
    const parameters = `${TOKEN}&Audience.member.1=${encoded}`
    const ask = (options: object) => call(world.server, world.callers.admin, options)
    expect(readRefusal(await ask({ body: parameters }))).toEqual(malformed)
    expect(readRefusal(await ask({ method: 'GET', query: parameters }))).toEqual(malformed)
    const raw = Buffer.from(decodeURIComponent('%41') + unescapeBytes(encoded), 'latin1')
    expect(
      readRefusal(await ask({ body: Buffer.concat([Buffer.from(`${TOKEN}&a=`), raw]) })),
    ).toEqual(malformed)
  })

  it('NUL in an audience is a character like any other', async () => {
    const options = { body: `${TOKEN}&Audience.member.1=a%00b` }
    const answer = await call(world.server, world.callers.admin, options)
    expect((await readToken(world.server, answer)).claims.aud).toBe('a\u0000b')
  })

  it('NUL in a tag is told in an answer that can be read', async () => {
    const options = tokenCall({ 'Tags.member.1.Key': '\u0000', 'Tags.member.1.Value': 'a' })
    const [code, message] = readRefusal(await call(world.server, world.callers.admin, options))
    expect(code).toBe('ValidationError')
    expect(message).toContain("Value '\ufffd' at 'tags.1.member.key'")
  })
})

describe('names that objects have', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s', async name => {
    const { server, callers } = world
    const stray = {
      [`${name}.member.1`]: 'a',
      [`Tags.member.1.${name}`]: 'a',
      [`Audience.member.1.${name}`]: 'a',
    }
    const [code] = readRefusal(await call(server, callers.admin, tokenCall(stray)))
    expect(code).toBe('MalformedInput')
    const harmless = tokenCall({ [name]: 'a', [`${name}.x`]: 'a' })
    await readToken(server, await call(server, callers.admin, harmless))
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })
})

describe('signatures in disorder', () => {
  const authorization = (parameters: string) => [
    'Authorization',
    `AWS4-HMAC-SHA256 ${parameters}`,
    'X-Amz-Date',
    '20261122T201219Z',
  ]
  const scope = 'AKIAIOSFODNN7EXAMPLE/20261122/eu-west-1/sts/aws4_request'

  it.each([
    [
      '5,000 signed headers',
      [`Credential=${scope}, SignedHeaders=host${';a'.repeat(5000)}, Signature=0`],
    ],
    [
      '1,000 parameters',
      [`Credential=${scope}${', a=b'.repeat(1000)}, SignedHeaders=host, Signature=0`],
    ],
    ['commas', [','.repeat(10_000)]],
    [
      'a credential of slashes',
      [`Credential=${'/'.repeat(10_000)}, SignedHeaders=host, Signature=0`],
    ],
    [
      'names that objects have',
      [`Credential=${scope}, SignedHeaders=host;__proto__;constructor, Signature=0`],
    ],
    [
      'a key that objects have',
      [`Credential=__proto__/20261122/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0`],
    ],
    ['control characters', [`Credential=${scope}, SignedHeaders=ho\tst, Signature=\t`]],
    ['bytes', [`Credential=${scope}, SignedHeaders=host;\xe9, Signature=\xff`]],
  ])('%s', async (_what, [parameters = '']) => {
    const headers = authorization(parameters)
    const request = buildRequest(world.server.port, { ...tokenCall(), headers })
    const [code] = readRefusal(await send(world.server.port, request))
    expect(code).toMatch(/^(?:IncompleteSignature|SignatureDoesNotMatch|InvalidClientTokenId)$/)
  })

  it('a thousand session tokens', async () => {
    const token = ['X-Amz-Security-Token', 'x'.repeat(14_000)]
    const headers = [
      ...authorization(`Credential=${scope}, SignedHeaders=host, Signature=0`),
      ...token,
    ]
    const request = buildRequest(world.server.port, { ...tokenCall(), headers })
    const [code] = readRefusal(await send(world.server.port, request))
    expect(code).toBe('InvalidClientTokenId')
  })
})

describe('requests that two programs may read as two', () => {
  const form = `${TOKEN}&Audience.member.1=a`
  it.each([
    ['two lengths', `Content-Length: ${form.length}\r\nContent-Length: 0\r\n\r\n${form}`],
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['chunks that are named oddly', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a folded header', 'X-A: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
    ['a space before a colon', 'Content-Length : 0\r\n\r\n'],
    ['a header without a name', ': a\r\n\r\n'],
    ['a second host', 'Host: b\r\nContent-Length: 0\r\n\r\n'],
    ['a length that is none', 'Content-Length: +1\r\n\r\na'],
  ])('%s', async (_what, rest) => {
    const client = await connectRaw(world.server.port)
    const type = 'Content-Type: application/x-www-form-urlencoded'
    const second = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'
    client.send(`POST / HTTP/1.1\r\nHost: a\r\n${type}\r\n${rest}${second}`)
    const answer = await client.readAnswer()
    expect([400, 501]).toContain(answer?.status)
    expect(answer?.body).toBe('')
    // Nothing of what follows is acted on.
    await client.closed
    expect(client.rest).toBe('')
  })
})

describe('whatever comes', () => {
  const piece = fc.constantFrom(
    ...[
      'Action=',
      'GetWebIdentityToken',
      'Version=2011-06-15',
      'Audience.member.',
      'Tags.member.1',
    ],
    ...[
      '.Key=',
      '.Value=',
      '=',
      '&',
      '.',
      '%',
      '%00',
      '%zz',
      '%F0',
      '+',
      '1',
      '-',
      'ES384',
      'é',
      '\0',
    ],
    ...['__proto__', 'DurationSeconds=', 'SigningAlgorithm=', '9'.repeat(30), '\ud800', ';', '<'],
  )

  it('is answered as the wire answers, never by a failure of the service', async () => {
    const { server, callers } = world
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.boolean(),
        async (pieces, isToken) => {
          const body = `${isToken ? `${TOKEN}&` : ''}${pieces.join('')}`
          const answer = await call(server, callers.admin, { body })
          expect(answer.status).toBeLessThan(500)
          if (answer.body !== '') readXml(answer.body)
        },
      ),
      { numRuns: 300 },
    )
    expect(server.readLog()).not.toContain('"level":"error"')
  })
})

function unescapeBytes(encoded: string): string {
  return encoded.replace(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
