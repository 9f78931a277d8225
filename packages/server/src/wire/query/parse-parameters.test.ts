import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../errors.ts'
import {
  MAX_NAME_LENGTH,
  MAX_PARAMETERS,
  parseParameters,
  readParameterText,
} from './parse-parameters.ts'

const WANTED = new Set(['Action', 'Version', 'Audience', 'Tags', '__proto__', 'constructor'])

const read = (source: Uint8Array | string) => parseParameters(readParameterText(source), WANTED)

const parse = (source: string) => [...read(source)]

describe('what is read', () => {
  test.each<[string, string, [string, string][]]>([
    ['nothing', '', []],
    ['a pair', 'Action=A', [['Action', 'A']]],
    [
      'pairs in their order',
      'Version=1&Action=A',
      [
        ['Version', '1'],
        ['Action', 'A'],
      ],
    ],
    ['a plus as a space', 'Action=a+b', [['Action', 'a b']]],
    ['%20 as a space', 'Action=a%20b', [['Action', 'a b']]],
    ['%2B as a plus', 'Action=a%2Bb+c', [['Action', 'a+b c']]],
    ['escapes in either case', 'Action=%c3%A9%e2%82%AC%F0%9F%98%80', [['Action', 'é€😀']]],
    ['raw UTF-8', 'Action=é', [['Action', 'é']]],
    ['an escaped NUL', 'Action=%00', [['Action', '\0']]],
    [
      'escapes in the name',
      '%41ction=A&Audience%2Emember%2e1=x',
      [
        ['Action', 'A'],
        ['Audience.member.1', 'x'],
      ],
    ],
    ['escaped separators inside a value', 'Action=a%26Version%3D1', [['Action', 'a&Version=1']]],
    ['further equal signs', 'Action=a=b==', [['Action', 'a=b==']]],
    ['a bare name', 'Tags', [['Tags', '']]],
    ['an empty value', 'Tags=', [['Tags', '']]],
    ['no name', '=x&=&&Action=A&', [['Action', 'A']]],
    ['the first of equal names', 'Action=A&Action=B&%41ction=C', [['Action', 'A']]],
    ['the first also when it is empty', 'Tags&Tags=x', [['Tags', '']]],
    ['names with other capitals are others', 'action=a&Action=A', [['Action', 'A']]],
    ['no unknown names', 'Other=x&Actions=y&Audience_=z&Action=A', [['Action', 'A']]],
    ['a semicolon is no separator', 'Action=A;Version=1', [['Action', 'A;Version=1']]],
    [
      'names that objects have',
      '__proto__=a&constructor=b&__proto__.x=c',
      [
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['__proto__.x', 'c'],
      ],
    ],
  ])('%s', (_name, source, parameters) => {
    expect(parse(source)).toEqual(parameters)
    expect([...read(new TextEncoder().encode(source))]).toEqual(parameters)
  })

  test('the body that the AWS SDK for JavaScript sends', () => {
    const body =
      'Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=https%3A%2F%2Fa.example&Audience.member.2=b%20c%2Bd&SigningAlgorithm=ES384&DurationSeconds=300&Tags.member.1.Key=team&Tags.member.1.Value=data%20%C3%A9&Tags.member.2.Key=k2&Tags.member.2.Value='
    expect(Object.fromEntries(parse(body))).toEqual({
      Action: 'GetWebIdentityToken',
      Version: '2011-06-15',
      'Audience.member.1': 'https://a.example',
      'Audience.member.2': 'b c+d',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'data é',
      'Tags.member.2.Key': 'k2',
      'Tags.member.2.Value': '',
    })
  })

  test('a byte order mark is part of the first name, not swallowed', () => {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode('Action=A')])
    expect(read(body).size).toBe(0)
  })
})

describe('what is refused', () => {
  const TRAILING = 'Incomplete trailing escape % sequence'
  const illegal = (digits: string) => `Illegal hex character in escape % pattern: %${digits}`
  test.each([
    ['Action=%', TRAILING],
    ['Action=%4', TRAILING],
    ['Action=%&Version=1', TRAILING],
    ['Action=%4&Version=1', TRAILING],
    ['Action%=A', TRAILING],
    ['Action%4=A', TRAILING],
    ['Action=%4=', illegal('4=')],
    ['Action=a=%4=&', illegal('4=')],
    ['Action=%zz', illegal('zz')],
    ['Action=%yy&Version=%', illegal('yy')],
    ['Action=%4g', illegal('4g')],
    ['Action=%g4', illegal('g4')],
    ['Action=%%41', illegal('%4')],
    ['Action=% 41', illegal(' 4')],
    ['Action=%+1', illegal('+1')],
    ['Action=%u0041', illegal('u0')],
    ['Action=%٣٣', illegal('٣٣')],
    ['Unknown=%zz&Action=A', illegal('zz')],
    ['Action=A&Action=%', TRAILING],
    [`${'x'.repeat(MAX_NAME_LENGTH + 1)}%=`, TRAILING],
  ])('%s', (source, message) => {
    const error = new ServiceError('MalformedQueryString', message)
    expect(() => read(source)).toThrow(error)
    expect(() => read(new TextEncoder().encode(source))).toThrow(error)
  })

  test.each([
    ['a byte that starts nothing', 'Action=%FF'],
    ['a sequence that ends early', 'Action=%C3'],
    ['a sequence that the next parameter would go on', 'Action=%C3&Version=%A9'],
    ['a sequence that is longer than needed', 'Action=%C0%AF'],
    ['half of a surrogate pair', 'Action=%ED%A0%80'],
    ['beyond U+10FFFF', 'Action=%F4%90%80%80'],
    ['also in unknown parameters', 'Unknown=%FF'],
    ['also in repeated parameters', 'Action=A&Action=%FF'],
    ['also in names', 'Unknown%FF=x'],
  ])('escaped bytes that are not UTF-8: %s', (_name, source) => {
    expect(() => read(source)).toThrow(
      new ServiceError('MalformedQueryString', 'Parameters must be encoded in UTF-8'),
    )
  })

  test.each([[[0xff]], [[0xc3]], [[0xc3, 0x26]], [[0xc0, 0xaf]], [[0xed, 0xa0, 0x80]]])(
    'raw bytes that are not UTF-8: %j',
    bytes => {
      const body = new Uint8Array([...new TextEncoder().encode('Action='), ...bytes])
      expect(() => read(body)).toThrow(
        new ServiceError('MalformedQueryString', 'Parameters must be encoded in UTF-8'),
      )
    },
  )
})

describe('limits', () => {
  const audiences = (count: number) =>
    Array.from({ length: count }, (_, index) => `Audience.member.${index + 1}=a`).join('&')

  test('as many parameters as are allowed', () => {
    expect(read(audiences(MAX_PARAMETERS)).size).toBe(MAX_PARAMETERS)
  })

  test('one more is refused', () => {
    expect(() => read(audiences(MAX_PARAMETERS + 1))).toThrow(
      new ServiceError('MalformedInput', 'A request has at most 10000 parameters'),
    )
  })

  test('unknown, repeated and empty ones do not count', () => {
    const source = `${audiences(MAX_PARAMETERS)}&Tags.x=1`.replace(
      'Audience.member.1=a',
      'Tags.x=0',
    )
    const noise = `${'Unknown=x&Tags.x=2&&=&'.repeat(MAX_PARAMETERS)}`
    expect(read(`Tags.x=0&${noise}${source}`).size).toBe(MAX_PARAMETERS)
  })

  test.each([
    ['the longest name', MAX_NAME_LENGTH, 1],
    ['a longer name is unknown', MAX_NAME_LENGTH + 1, 0],
  ])('%s', (_name, length, size) => {
    expect(read(`${'Tags.'.padEnd(length, 'x')}=1`).size).toBe(size)
  })
})

describe('parse ∘ format = id', () => {
  const parameters = fc
    .uniqueArray(
      fc.tuple(
        fc
          .constantFrom(...WANTED)
          .chain(name =>
            fc
              .string({ unit: 'grapheme', maxLength: 20 })
              .map(rest => (rest ? `${name}.${rest}` : name)),
          ),
        fc.string({ unit: 'binary' }),
      ),
      { selector: ([name]) => name },
    )
    .filter(pairs => pairs.every(([name]) => encodeURIComponent(name).length <= MAX_NAME_LENGTH))

  test('with spaces as %20', () => {
    fc.assert(
      fc.property(parameters, pairs => {
        const source = pairs
          .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
          .join('&')
        expect(parse(source)).toEqual(pairs)
      }),
    )
  })

  test('with spaces as +', () => {
    fc.assert(
      fc.property(parameters, pairs => {
        expect(parse(new URLSearchParams(pairs).toString())).toEqual(pairs)
      }),
    )
  })

  test('any text is read or refused as malformed, as bytes and as text alike', () => {
    const texts = fc.stringMatching(/^([&=%+.]|Action|[0-9a-fA-F]|\w|é|\p{L}){0,40}$/u)
    fc.assert(
      fc.property(texts, source => {
        expect(attempt(new TextEncoder().encode(source))).toEqual(attempt(source))
      }),
    )
  })
})

function attempt(source: Uint8Array | string): unknown {
  try {
    return [...read(source)]
  } catch (error) {
    if (error instanceof ServiceError) return [error.code, error.message]
    throw error
  }
}
