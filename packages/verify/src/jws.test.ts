import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../test/any-text.ts'
import { PLATFORMS } from '../test/platforms.ts'
import { codeThrown, createPayload, encode, signToken } from '../test/tokens.ts'
import { VerifyError } from './errors.ts'
import { createJwsParser, MAX_TOKEN_CHARACTERS, TOKEN_PROFILE } from './jws.ts'
import { platform } from './platform/node.ts'

const HEADER = { kid: 'EC384_0', typ: 'JWT', alg: 'ES384' }
const SIGNATURE = encode(Buffer.alloc(96, 1))
const build = (header: unknown, payload: unknown = {}): string =>
  [header, payload]
    .map(part => encode(asText(part)))
    .join('.')
    .concat('.', SIGNATURE)
const asText = (part: unknown): string | Uint8Array =>
  typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part)

describe.each(PLATFORMS)('parsing a compact JWS on %s', (_, onPlatform) => {
  const parse = createJwsParser(onPlatform, TOKEN_PROFILE)

  it('takes a token apart', () => {
    const token = signToken()
    const { header, payload, signingInput, signature } = parse(token)
    expect(header).toEqual({ alg: 'ES384', kid: 'EC384_0' })
    expect(payload).toEqual(createPayload())
    expect(signingInput).toBe(token.slice(0, token.lastIndexOf('.')))
    expect(encode(signature)).toBe(token.slice(token.lastIndexOf('.') + 1))
  })

  it.each([
    ['no typ', { kid: 'a', alg: 'RS256' }, { kid: 'a', alg: 'RS256' }],
    [
      'members that mean nothing here',
      { ...HEADER, x5t: 'x', jku: 'https://evil.example' },
      { kid: 'EC384_0', alg: 'ES384' },
    ],
  ])('accepts a header with %s', (_name, header, parsed) => {
    expect(parse(build(header)).header).toEqual(parsed)
  })

  it.each([
    ['undefined', undefined],
    ['a number', 17],
    ['a buffer', Buffer.from(signToken())],
    ['an object that looks like text', { toString: () => signToken(), length: 3 }],
    ['nothing', ''],
    ['one part', 'e30'],
    ['two parts', 'e30.e30'],
    ['four parts', `${build(HEADER)}.e30`],
    ['five parts, as JWE has', 'e30.e30.e30.e30.e30'],
    ['an empty header', `.e30.${SIGNATURE}`],
    ['an empty payload', `${encode(JSON.stringify(HEADER))}..${SIGNATURE}`],
    ['a dot in front', `.${build(HEADER)}`],
    ['a dot at the end', `${build(HEADER)}.`],
    ['a space in front', ` ${build(HEADER)}`],
    ['a line break at the end', `${build(HEADER)}\n`],
    ['a padded signature', `${build(HEADER)}==`],
    ['a signature with bits left over', build(HEADER).replace(/[^.]*$/, 'AAB')],
    ['a header in JSON serialization', JSON.stringify({ payload: 'e30', signatures: [] })],
    ['a header that is a list', build([])],
    ['a header that is null', build('null')],
    ['a header that is text', build('"ES384"')],
    ['a header that is no JSON', build('{')],
    ['a header with white space around it and more', build('{} {}')],
    ['a header that is not UTF-8', build(Uint8Array.from([0x7b, 0xff, 0x7d]))],
    ['alg twice', build('{"alg":"none","kid":"a","typ":"JWT","alg":"ES384"}')],
    ['kid twice', build('{"alg":"ES384","kid":"a","kid":"b","typ":"JWT"}')],
    ['crit', build({ ...HEADER, crit: ['exp'] })],
    ['an empty crit', build({ ...HEADER, crit: [] })],
    ['crit null', build({ ...HEADER, crit: null })],
    ['b64', build({ ...HEADER, b64: false })],
    ['another typ', build({ ...HEADER, typ: 'at+jwt' })],
    ['typ in lower case', build({ ...HEADER, typ: 'jwt' })],
    ['typ null', build({ ...HEADER, typ: null })],
    ['typ that is a list', build({ ...HEADER, typ: ['JWT'] })],
    ['the typ of a bundle', build({ ...HEADER, typ: 'credence-bundle+jwt' })],
    ['no kid', build({ alg: 'ES384', typ: 'JWT' })],
    ['an empty kid', build({ ...HEADER, kid: '' })],
    ['kid null', build({ ...HEADER, kid: null })],
    ['kid that is a number', build({ ...HEADER, kid: 0 })],
    ['kid that is a list', build({ ...HEADER, kid: ['EC384_0'] })],
    ['a payload that is a list', build(HEADER, [])],
    ['a payload that is text', build(HEADER, '"sub"')],
    ['a payload that is not UTF-8', build(HEADER, Uint8Array.from([0x7b, 0xff, 0x7d]))],
    ['a claim twice', build(HEADER, '{"sub":"a","sub":"b"}')],
    ['a claim twice, once escaped', build(HEADER, '{"sub":"a","s\\u0075b":"b"}')],
    ['a claim twice, deep inside', build(HEADER, '{"a":[{"b":{"c":1,"c":2}}]}')],
    ['a byte order mark', build(HEADER, '\ufeff{}')],
  ])('refuses %s', (_name, token) => {
    expect(codeThrown(() => parse(token))).toBe('token_malformed')
  })

  it.each(['none', 'None', 'HS256', 'ES256', 'PS256', 'RS512', 'es384', '', null, 384, ['ES384']])(
    'refuses alg %j',
    alg => {
      expect(codeThrown(() => parse(build({ ...HEADER, alg })))).toBe('algorithm_refused')
    },
  )

  it('refuses a header without alg', () => {
    expect(codeThrown(() => parse(build({ kid: 'a', typ: 'JWT' })))).toBe('algorithm_refused')
  })

  it('never throws anything but its own errors', () => {
    const parts = fc.array(
      fc.oneof(
        anyText,
        fc.constantFrom('e30', 'eyJhbGciOiJub25lIn0', '', '=', 'A'),
        fc.json().map(encode),
      ),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(parts, strings => {
        try {
          parse(strings.join('.'))
        } catch (error) {
          expect(error).toBeInstanceOf(VerifyError)
        }
      }),
    )
  })
})

describe('the reason of a refusal', () => {
  const parse = createJwsParser(platform, TOKEN_PROFILE)

  it.each([
    [undefined, 'a token is a string'],
    ['a.b', 'a token has three parts'],
    ['a.b.c.d', 'a token has three parts'],
    ['ab', 'a token has three parts'],
    ['x'.repeat(24_577), '24577 characters, at most 24576 are read'],
    [`=.${encode('{}')}.`, 'the header is not canonical base64url of UTF-8'],
    [`${encode('[]')}.${encode('{}')}.`, 'the header is not a strict JSON object'],
    [build(HEADER).replace(/\.[^.]*\./, '.=.'), 'the payload is not canonical base64url of UTF-8'],
    [build(HEADER, []), 'the payload is not a strict JSON object'],
    [`${build(HEADER)}=`, 'the signature is not canonical base64url'],
    [build({ ...HEADER, crit: [] }), 'critical extensions are not understood'],
    [build({ ...HEADER, b64: true }), 'b64 (RFC 7797) is not understood'],
    [build({ ...HEADER, typ: 'at+jwt' }), 'typ is "at+jwt", not JWT'],
    [build({ ...HEADER, alg: 'none' }), 'alg is "none", not RS256 or ES384'],
    [build({ alg: 'ES384' }), 'kid is not a text'],
  ])('%j: %s', (token, message) => {
    expect(() => parse(token)).toThrow(expect.objectContaining({ message }))
  })
})

describe('the length of a token', () => {
  const parse = createJwsParser(platform, TOKEN_PROFILE)
  const ofLength = (length: number): string => {
    const rest = build(HEADER, '').length
    const characters = length - rest
    // Text whose base64url has exactly the wanted length, which three lengths of four have.
    const bytes = Math.floor((characters * 3) / 4)
    return build(HEADER, `{"a":"${'x'.repeat(bytes - 8)}"}`)
  }

  it('may be the maximum', () => {
    const token = ofLength(MAX_TOKEN_CHARACTERS)
    expect(token).toHaveLength(MAX_TOKEN_CHARACTERS)
    expect(codeThrown(() => parse(token))).toBe('accepted')
  })

  it('may not be one more', () => {
    const token = `${ofLength(MAX_TOKEN_CHARACTERS)}A`
    expect(codeThrown(() => parse(token))).toBe('token_too_large')
  })
})

describe('remembering headers', () => {
  const countReads = () => {
    const reads: string[] = []
    const parse = createJwsParser(
      {
        ...platform,
        decodeText: text => {
          reads.push(text)
          return platform.decodeText(text)
        },
      },
      TOKEN_PROFILE,
    )
    return { parse, reads }
  }

  it('reads the same header once', () => {
    const { parse, reads } = countReads()
    parse(build(HEADER))
    parse(build(HEADER, { sub: 'other' }))
    expect(reads.filter(text => text === encode(JSON.stringify(HEADER)))).toHaveLength(1)
  })

  it('remembers 32 headers, and starts anew with the next', () => {
    const { parse, reads } = countReads()
    const countHeaderReads = (kid: string): number => {
      const before = reads.length
      parse(build({ ...HEADER, kid }))
      return reads.length - before - 1
    }
    for (let i = 0; i < 32; i += 1) expect(countHeaderReads(`kid ${i}`)).toBe(1)
    for (let i = 0; i < 32; i += 1) expect(countHeaderReads(`kid ${i}`)).toBe(0)
    expect(countHeaderReads('kid 32')).toBe(1)
    expect(countHeaderReads('kid 32')).toBe(0)
    expect(countHeaderReads('kid 0')).toBe(1)
  })

  it('does not remember a header that it refuses', () => {
    const { parse, reads } = countReads()
    const token = build({ ...HEADER, crit: ['x'] })
    expect(codeThrown(() => parse(token))).toBe('token_malformed')
    expect(codeThrown(() => parse(token))).toBe('token_malformed')
    expect(reads).toHaveLength(2)
  })
})
