import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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

  it('reads a record that is compressed although it is short', () => {
    const bytes = Buffer.concat([Buffer.of(3), secretBytes, deflateRawSync(record)])
    expect(parseTokenContent(bytes).session).toEqual(PLAIN_SESSION)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a secret', Buffer.alloc(30)],
    ['an unknown way of writing', Buffer.concat([Buffer.of(4), secretBytes, record])],
    ['a record that is not compressed', Buffer.concat([Buffer.of(3), secretBytes, record])],
    [
      'a record that grows too large',
      Buffer.concat([
        Buffer.of(3),
        secretBytes,
        deflateRawSync(Buffer.alloc(MAX_RECORD_BYTES + 1)),
      ]),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseTokenContent(bytes)).toThrow(ByteFormatError)
  })
})
