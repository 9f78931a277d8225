import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUniqueId } from '../principals/identifiers.ts'
import type { Session } from '../principals/session.ts'
import { ByteFormatError } from './byte-reader.ts'
import { formatSessionRecord } from './session-record.ts'
import {
  ANY_PRINCIPAL,
  ANY_SESSION,
  PLAIN_SESSION,
  ROLE_PRINCIPAL,
} from './test/session-samples.ts'
import { formatTokenContent, MAX_RECORD_BYTES, parseTokenContent } from './token-content.ts'

const secretBytes = Uint8Array.from({ length: 30 }, (_, index) => index)
/** Its first block is of a kind that RFC 1951 reserves. */
const NOT_DEFLATED = Buffer.of(0xff)
/** A role whose id has no repeats. */
const DENSE_PRINCIPAL = {
  ...ROLE_PRINCIPAL,
  roleId: formatUniqueId(
    'role',
    Uint8Array.from({ length: 17 }, (_, index) => (index * 37) % 256),
  ),
} as const
const record = formatSessionRecord({ session: PLAIN_SESSION, principal: ROLE_PRINCIPAL })

describe('parseTokenContent', () => {
  it('gives back every content', () => {
    fc.assert(
      fc.property(ANY_SESSION, ANY_PRINCIPAL, (session, principal) => {
        const content = { session, principal, secretBytes }
        const { secretBytes: opened, ...rest } = parseTokenContent(formatTokenContent(content))
        expect(rest).toEqual({ session, principal })
        expect(Buffer.from(opened)).toEqual(Buffer.from(secretBytes))
      }),
    )
  })

  it('gives back what is padded', () => {
    fc.assert(
      fc.property(ANY_SESSION, fc.nat(3000), (session, minBytes) => {
        const content = { session, principal: ROLE_PRINCIPAL, secretBytes }
        const bare = formatTokenContent(content).length
        const written = formatTokenContent(content, minBytes)
        expect(written.length).toBeGreaterThanOrEqual(minBytes)
        expect(written.length).toBeLessThanOrEqual(Math.max(bare, minBytes + 1))
        expect(parseTokenContent(written).session).toEqual(session)
      }),
    )
  })

  it('reads a record that is compressed although it is short', () => {
    const bytes = Buffer.concat([Buffer.of(3), secretBytes, deflateRawSync(record)])
    expect(parseTokenContent(bytes).session).toEqual(PLAIN_SESSION)
  })

  const TOO_EARLY = 'the content ends too early'
  const INCOMPRESSIBLE = 'the record cannot be decompressed'
  const grown = deflateRawSync(Buffer.alloc(MAX_RECORD_BYTES + 1))
  it.each([
    ['nothing', Buffer.alloc(0), TOO_EARLY],
    ['half a secret', Buffer.alloc(30), TOO_EARLY],
    ['a secret alone', Buffer.concat([Buffer.of(2), secretBytes]), 'field 1 is missing'],
    ['an unknown way of writing', contentOf(6, record), 'the content is written in an unknown way'],
    ['no padding', contentOf(4, Buffer.alloc(1)), 'there is no padding'],
    ['too little of it', contentOf(4, Buffer.of(0, 2, 0)), 'the padding ends too early'],
    [
      'padding that is not zero',
      contentOf(5, Buffer.of(1, 0, ...Array(255).fill(0), 1)),
      'the padding is not zero',
    ],
    ['padding alone', contentOf(4, Buffer.of(0, 1, 0)), 'field 1 is missing'],
    ['a record that is not compressed', contentOf(3, NOT_DEFLATED), INCOMPRESSIBLE],
    ['one in the order of older releases', contentOf(1, NOT_DEFLATED), INCOMPRESSIBLE],
    ['a record that grows too large', contentOf(3, grown), INCOMPRESSIBLE],
    ['one in the order of older releases that does', contentOf(1, grown), INCOMPRESSIBLE],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseTokenContent(bytes)).toThrow(new ByteFormatError(message))
  })

  it('keeps why a record cannot be decompressed', () => {
    let refusal: unknown
    try {
      parseTokenContent(contentOf(3, NOT_DEFLATED))
    } catch (error) {
      refusal = error
    }
    expect(refusal).toMatchObject({ cause: { code: expect.stringMatching(/^Z_/) } })
  })
})

describe('formatTokenContent', () => {
  it.each([
    ['a record of 255 bytes, which may be compressed', sessionOf(255, repeat), 2],
    ['a record of 256 bytes, which may be compressed', sessionOf(256, repeat), 3],
    ['a record that compression makes longer', sessionOf(300, scatter), 2],
  ])('writes %s in the shorter way', (_, session, way) => {
    const content = { session, principal: DENSE_PRINCIPAL, secretBytes }
    const plain = formatSessionRecord(content)
    const written = formatTokenContent(content)
    expect(written[0]).toBe(way)
    if (way === 2) expect(written.subarray(31)).toEqual(plain)
    else expect(written.length).toBeLessThan(31 + plain.length)
    expect(parseTokenContent(written).session).toEqual(session)
  })

  it('writes no record that is too large to be read again', () => {
    const write = (recordBytes: number) =>
      formatTokenContent({
        session: sessionOf(recordBytes, repeat),
        principal: DENSE_PRINCIPAL,
        secretBytes,
      })
    expect(parseTokenContent(write(MAX_RECORD_BYTES)).principal).toEqual(DENSE_PRINCIPAL)
    expect(() => write(MAX_RECORD_BYTES + 1)).toThrow(
      new ByteFormatError('the record has more than 16384 bytes'),
    )
  })
})

function contentOf(way: number, written: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(way), secretBytes, written])
}

/** A session whose record has so many bytes, by the length of its name. */
function sessionOf(recordBytes: number, write: (length: number) => string): Session {
  const named = (length: number): Session => ({ ...PLAIN_SESSION, name: write(length) })
  const guess = recordBytes - 100
  const { length } = formatSessionRecord({ session: named(guess), principal: DENSE_PRINCIPAL })
  return named(guess + recordBytes - length)
}

function repeat(length: number): string {
  return 'x'.repeat(length)
}

/** Text of all of ASCII, without repetitions. */
function scatter(length: number): string {
  const bytes = createHash('shake128', { outputLength: length }).update('any').digest()
  return Buffer.from(bytes.map(byte => byte & 0x7f)).toString('latin1')
}
