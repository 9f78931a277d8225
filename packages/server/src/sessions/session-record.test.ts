import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteFormatError } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { FieldWriter, readFields } from './record-fields.ts'
import { formatSessionRecord, parseSessionRecord } from './session-record.ts'
import {
  ANY_PRINCIPAL,
  ANY_SESSION,
  PLAIN_SESSION,
  ROLE_PRINCIPAL,
} from './test/session-samples.ts'

describe('parseSessionRecord', () => {
  it('gives back every session', () => {
    fc.assert(
      fc.property(ANY_SESSION, ANY_PRINCIPAL, (session, principal) => {
        const parsed = parseSessionRecord(formatSessionRecord({ session, principal }))
        expect(parsed).toEqual({ session, principal })
      }),
    )
  })

  it('refuses a record that is cut off anywhere, or goes on', () => {
    const bytes = formatSessionRecord({ session: PLAIN_SESSION, principal: ROLE_PRINCIPAL })
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseSessionRecord(bytes.subarray(0, length))).toThrow(ByteFormatError)
    }
    expect(() => parseSessionRecord(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(ByteFormatError)
  })

  it.each([
    ['an account id', { accountId: '12345678901' }],
    ['a role id', { roleId: 'AROA' }],
  ])('refuses %s without its form', (_, change) => {
    const principal = Object.assign({ ...ROLE_PRINCIPAL }, change)
    const bytes = formatSessionRecord({ session: PLAIN_SESSION, principal })
    expect(() => parseSessionRecord(bytes)).toThrow(
      new ByteFormatError('an id does not have its form'),
    )
  })

  it.each<[what: string, number: number, fill: (value: ByteWriter) => void, message: RegExp]>([
    ['an unknown kind of principal', 1, value => value.writeInteger(3), /3 is no choice of 3/],
    ['an unknown kind of session', 2, value => value.writeInteger(3), /3 is no choice of 3/],
    ['a value that goes on', 4, value => value.writeBytes(Uint8Array.of(1, 0)), /goes on/],
    ['an empty list of tags', 6, value => value.writeInteger(0), /without an item/],
    ['two inline policies', 12, writeTwoPolicies, /is there twice/],
    ['methods without the word for them', 10, writeLostMethods, /not there/],
  ])('refuses %s', (_, number, fill, message) => {
    expect(() => parseSessionRecord(replaceField(number, fill))).toThrow(message)
  })

  it.each([1, 2, 4, 5])('refuses a record without field %i', number => {
    expect(() => parseSessionRecord(replaceField(number, null))).toThrow(
      new ByteFormatError(`field ${number} is missing`),
    )
  })
})

function writeTwoPolicies(value: ByteWriter): void {
  value.writeList(['{}', '{}'], text => value.writeText(text))
  value.writeList([], () => undefined)
}

function writeLostMethods(value: ByteWriter): void {
  value.writeText('subject')
  value.writeText('audience')
  value.writeInteger(0)
  value.writeList(['pwd'], text => value.writeText(text))
}

/** The record of a plain session with another value in one field, or without it. */
function replaceField(number: number, fill: ((value: ByteWriter) => void) | null): Buffer {
  const bytes = formatSessionRecord({ session: PLAIN_SESSION, principal: ROLE_PRINCIPAL })
  const all = new Set(Array.from({ length: 20 }, (_, index) => index))
  const fields = new Map<number, (value: ByteWriter) => void>()
  for (const [known, reader] of readFields(bytes, all)) {
    fields.set(known, value => {
      while (!reader.isAtEnd()) value.writeBytes(reader.readBytes(1))
    })
  }
  if (fill === null) fields.delete(number)
  else fields.set(number, fill)
  const writer = new FieldWriter()
  for (const [known, write] of [...fields].toSorted(([a], [b]) => a - b)) {
    writer.add(known, true, write)
  }
  return writer.toBytes()
}
