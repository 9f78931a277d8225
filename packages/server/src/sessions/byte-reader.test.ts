import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteFormatError, ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 50 })

function write(fill: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter()
  fill(writer)
  return writer.toBytes()
}

const readInteger = (reader: ByteReader): number => reader.readInteger()
const readText = (reader: ByteReader): string => reader.readText()

function refusalOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return 'none'
}

describe('ByteWriter and ByteReader', () => {
  it('give back every number and text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.maxSafeNat(), wellFormed)), items => {
        const bytes = write(writer => {
          writer.writeList(items, ([number, text]) => {
            writer.writeInteger(number)
            writer.writeText(text)
          })
        })
        const reader = new ByteReader(bytes)
        expect(reader.readList(() => [reader.readInteger(), reader.readText()])).toEqual(items)
        reader.expectEnd()
      }),
    )
  })

  it.each([0, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'give back %i',
    number => {
      expect(new ByteReader(write(writer => writer.writeInteger(number))).readInteger()).toBe(
        number,
      )
    },
  )

  it.each([-1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])('refuse to write %d', number => {
    expect(() => new ByteWriter().writeInteger(number)).toThrow(
      new RangeError(`${number} is not a whole number that can be written`),
    )
  })

  it('refuse to write a lone surrogate', () => {
    expect(() => new ByteWriter().writeText('\ud800')).toThrow(
      new RangeError('text with a lone surrogate cannot be written'),
    )
  })
})

describe('ByteReader', () => {
  const TOO_EARLY = 'the record ends too early'
  const TOO_LARGE = 'a number is too large'
  it.each<[string, number[], (reader: ByteReader) => unknown, string]>([
    ['a number that is not there', [], readInteger, TOO_EARLY],
    ['a number without an end', [0x80], readInteger, TOO_EARLY],
    ['a number with a needless zero', [0x81, 0x00], readInteger, 'a number is too long'],
    ['a number of 2^53', [...Array(7).fill(0x80), 0x10], readInteger, TOO_LARGE],
    ['endless zeros', Array(2000).fill(0x80), readInteger, TOO_LARGE],
    ['a choice that does not exist', [3], reader => reader.readChoice(3), '3 is no choice of 3'],
    ['a text that is too short', [2, 0x61], readText, TOO_EARLY],
    ['a text that is not UTF-8', [1, 0xff], readText, 'a text is not UTF-8'],
    ['an overlong form of a character', [2, 0xc0, 0x80], readText, 'a text is not UTF-8'],
    [
      'a list that is too short',
      [2, 1],
      reader => reader.readList(() => readInteger(reader)),
      TOO_EARLY,
    ],
    ['bytes after the end', [0], reader => reader.expectEnd(), 'the record goes on'],
  ])('refuses %s', (_, bytes, read, message) => {
    expect(() => read(new ByteReader(Uint8Array.from(bytes)))).toThrow(new ByteFormatError(message))
  })

  it('keeps what the decoder said of a text', () => {
    expect(refusalOf(() => readText(new ByteReader(Uint8Array.of(1, 0xff))))).toMatchObject({
      name: 'ByteFormatError',
      cause: expect.any(TypeError),
    })
  })

  it.each<[string, number[], unknown, (reader: ByteReader) => unknown]>([
    ['the largest number', [...Array(7).fill(0xff), 0x0f], 2 ** 53 - 1, r => r.readInteger()],
    ['the last choice', [2], 2, reader => reader.readChoice(3)],
    ['a byte-order mark', [3, 0xef, 0xbb, 0xbf], '\ufeff', reader => reader.readText()],
  ])('reads %s', (_, bytes, expected, read) => {
    expect(read(new ByteReader(Uint8Array.from(bytes)))).toBe(expected)
  })
})
