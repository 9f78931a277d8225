import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lowerCase } from './string.ts'

test('lower case keeps supplementary characters and lowers all others as usual', () => {
  const units = fc.constantFrom('A', 'b', 'Σ', 'İ', 'ẞ', ' ', '\u{10400}', '\u{1f600}', '\u{1e900}')
  fc.assert(
    fc.property(fc.string({ unit: units, maxLength: 12 }), text => {
      const expected = [...text.toLowerCase()]
      // Positions stay the same, except after `İ`, which becomes two characters.
      const originals = [...text.replaceAll('İ', 'i\u0307')]
      const restored = expected.map((character, index) =>
        character.length === 2 ? originals[index] : character,
      )
      expect(lowerCase(text)).toBe(restored.join(''))
    }),
  )
})
