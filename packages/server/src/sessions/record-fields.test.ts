import { describe, expect, it } from 'vitest'
import { ByteFormatError } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { FieldWriter, readFields } from './record-fields.ts'
import { formatSessionRecord, parseSessionRecord } from './session-record.ts'
import { PLAIN_SESSION, ROLE_PRINCIPAL } from './test/session-samples.ts'

/** A field as a later release might write it. */
interface LaterField {
  readonly number: number
  readonly isCritical: boolean
  readonly text: string
}

function writeRecord(fields: readonly LaterField[]): Buffer {
  const writer = new ByteWriter()
  for (const { number, isCritical, text } of fields) {
    writer.writeInteger(number * 2 + (isCritical ? 1 : 0))
    writer.writeText(text)
  }
  return writer.toBytes()
}

const KNOWN = new Set([1, 3])
const critical = (number: number): LaterField => ({ number, isCritical: true, text: `${number}` })
const optional = (number: number): LaterField => ({ number, isCritical: false, text: `${number}` })

describe('readFields', () => {
  it('gives known fields, and skips what is unknown and not critical', () => {
    const bytes = writeRecord([critical(1), optional(2), critical(3), optional(900)])
    const fields = readFields(bytes, KNOWN)
    expect([...fields.keys()]).toEqual([1, 3])
    expect(Buffer.from(fields.get(3)?.readBytes(1) ?? []).toString()).toBe('3')
  })

  it.each<[string, readonly LaterField[], string]>([
    ['an unknown critical field', [critical(1), critical(2)], 'field 2 is critical and unknown'],
    ['one at the end', [critical(1), critical(3), critical(4)], 'field 4 is critical and unknown'],
    ['a field twice', [critical(1), critical(1)], 'the fields are not in order'],
    ['an unknown field twice', [optional(2), optional(2)], 'the fields are not in order'],
    ['fields in another order', [critical(3), critical(1)], 'the fields are not in order'],
    ['a field without a number', [optional(0)], 'the fields are not in order'],
    ['a known field that may be skipped', [optional(1)], 'field 1 is not marked as critical'],
  ])('refuses %s', (_, fields, message) => {
    expect(() => readFields(writeRecord(fields), KNOWN)).toThrow(new ByteFormatError(message))
  })

  it('refuses a value that is longer than the record', () => {
    expect(() => readFields(Uint8Array.of(3, 2, 0), KNOWN)).toThrow(ByteFormatError)
  })
})

describe('FieldWriter', () => {
  it.each([1, 2])('refuses field %i after field 2', number => {
    const writer = new FieldWriter()
    writer.add(2, true, () => undefined)
    expect(() => writer.add(number, true, () => undefined)).toThrow(
      new RangeError(`field ${number} comes too late`),
    )
  })
})

describe('a session record of a later release', () => {
  const record = { session: PLAIN_SESSION, principal: ROLE_PRINCIPAL }
  const bytes = formatSessionRecord(record)

  it('is read when it says more', () => {
    const later = Buffer.concat([bytes, writeRecord([optional(200)])])
    expect(parseSessionRecord(later)).toEqual(record)
  })

  it('is refused when it restricts more', () => {
    const later = Buffer.concat([bytes, writeRecord([critical(200)])])
    expect(() => parseSessionRecord(later)).toThrow(
      new ByteFormatError('field 200 is critical and unknown'),
    )
  })
})
