import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readXml } from '../../../test/support/xml.ts'
import { escapeXml } from './escape-xml.ts'

const NOT_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

const roundTrip = (text: string) => readXml(`<text>${escapeXml(text)}</text>`).text

describe('escapeXml', () => {
  test.each([
    ['nothing', '', ''],
    [
      'plain text',
      'arn:aws:iam::123456789012:role/é 日本 😀',
      'arn:aws:iam::123456789012:role/é 日本 😀',
    ],
    ['markup', '<a href="x">&amp;</a>', '&lt;a href="x"&gt;&amp;amp;&lt;/a&gt;'],
    ['the end of CDATA', ']]>', ']]&gt;'],
    ['quotes as they are', `Value '"' at`, `Value '"' at`],
    ['line ends', 'a\r\nb\rc\td', 'a&#xD;\nb&#xD;c\td'],
    ['control characters', '\0\x01\x08\x0b\x0c\x0e\x1f', '\uFFFD'.repeat(7)],
    ['characters of C1 as they are', '\x7f\x80\x85\x9f', '\x7f\x80\x85\x9f'],
    ['non-characters', '\uFFFE\uFFFF', '\uFFFD\uFFFD'],
    ['halves of surrogate pairs', 'a\uD83Db\uDE00c\uDE00\uD83D', 'a\uFFFDb\uFFFDc\uFFFD\uFFFD'],
    ['whole surrogate pairs as they are', '\u{1F600}\u{10FFFF}', '\u{1F600}\u{10FFFF}'],
  ])('%s', (_name, text, escaped) => {
    expect(escapeXml(text)).toBe(escaped)
  })

  test('a parser reads every text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(roundTrip(text)).toBe(text.replace(NOT_XML, '\uFFFD'))
      }),
    )
  })

  test('a parser reads every sequence of UTF-16 units, whole pairs or not', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }))
    fc.assert(
      fc.property(units, codes => {
        const text = String.fromCharCode(...codes)
        expect(roundTrip(text)).toBe(text.replace(NOT_XML, '\uFFFD'))
      }),
    )
  })

  test('a parser reads each single character again', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      const text = String.fromCharCode(code)
      if (escapeXml(text) !== text) expect(roundTrip(text)).toBe(text.replace(NOT_XML, '\uFFFD'))
    }
    const unchanged = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
      .filter(text => escapeXml(text) === text)
      .join('')
    expect(roundTrip(unchanged)).toBe(unchanged)
  })
})
