import { expect, it } from 'vitest'
import { ByteFormatError } from './byte-reader.ts'
import { parsePositionalRecord } from './positional-record.ts'

/** A role's session with two names, which nothing ever wrote. */
const TWO_NAMES = Buffer.concat([
  Buffer.of(0, 12),
  Buffer.from('000123456789'),
  Buffer.of(21),
  Buffer.from('AROAHHHHHHHHHHHHHHHHH'),
  Buffer.of(0, 2, 1, 0x61, 1, 0x62),
  Buffer.of(1, 2, 0, 0, 0, 0, 0, 0, 0, 0),
])

it('refuses an optional text that is there twice', () => {
  expect(() => parsePositionalRecord(TWO_NAMES)).toThrow(
    new ByteFormatError('an optional text is there twice'),
  )
})
