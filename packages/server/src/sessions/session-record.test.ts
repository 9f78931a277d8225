import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteFormatError } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
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

  it.each([
    ['principal', [3]],
    [
      'session',
      [2, 12, ...Buffer.from('000123456789'), 20, ...Buffer.from('AKIAIOSFODNN7EXAMPLE'), 3],
    ],
  ])('refuses an unknown kind of %s', (_, start) => {
    const writer = new ByteWriter()
    writer.writeBytes(Uint8Array.from(start))
    expect(() => parseSessionRecord(writer.toBytes())).toThrow(/is no choice of 3/)
  })
})
