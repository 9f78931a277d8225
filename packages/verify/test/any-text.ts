import fc from 'fast-check'

/**
 * Texts of any characters, halves of surrogate pairs included. fast-check's own `unit: 'binary'` is
 * slower by seconds the first time, which mutation testing pays again for every mutant.
 */
export const anyText = fc.string({
  unit: fc.nat(0x10_ffff).map(codePoint => String.fromCodePoint(codePoint)),
})
