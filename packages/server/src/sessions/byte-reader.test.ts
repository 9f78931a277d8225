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
    expect(() => new ByteWriter().writeInteger(number)).toThrow(RangeError)
  })

  it('refuse to write a lone surrogate', () => {
    expect(() => new ByteWriter().writeText('\ud800')).toThrow(RangeError)
  })
})

describe('ByteReader', () => {
  it.each<[string, number[], (reader: ByteReader) => unknown]>([
    ['a number without an end', [0x80], reader => reader.readInteger()],
    ['a number with a needless zero', [0x81, 0x00], reader => reader.readInteger()],
    ['a number of 2^53', [...Array(7).fill(0x80), 0x10], reader => reader.readInteger()],
    ['endless zeros', Array(2000).fill(0x80), reader => reader.readInteger()],
    ['a choice that does not exist', [3], reader => reader.readChoice(3)],
    ['a text that is too short', [2, 0x61], reader => reader.readText()],
    ['a text that is not UTF-8', [1, 0xff], reader => reader.readText()],
    ['an overlong form of a character', [2, 0xc0, 0x80], reader => reader.readText()],
    ['a list that is too short', [2, 1], reader => reader.readList(() => reader.readInteger())],
    ['bytes after the end', [0], reader => reader.expectEnd()],
  ])('refuses %s', (_, bytes, read) => {
    expect(() => read(new ByteReader(Uint8Array.from(bytes)))).toThrow(ByteFormatError)
  })

  it.each<[string, number[], unknown, (reader: ByteReader) => unknown]>([
    ['the largest number', [...Array(7).fill(0xff), 0x0f], 2 ** 53 - 1, r => r.readInteger()],
    ['the last choice', [2], 2, reader => reader.readChoice(3)],
    ['a byte-order mark', [3, 0xef, 0xbb, 0xbf], '\ufeff', reader => reader.readText()],
  ])('reads %s', (_, bytes, expected, read) => {
    expect(read(new ByteReader(Uint8Array.from(bytes)))).toBe(expected)
  })
})
