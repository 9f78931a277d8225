import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLaterStamp, readStampedDocument, stampDocument } from './stamp.ts'

describe('a stamp', () => {
  it('comes off again, and leaves the document as it was', () => {
    const stamp = fc.record({ epoch: fc.nat(), counter: fc.nat() })
    const object = fc.dictionary(fc.string(), fc.json(), { minKeys: 1 })
    fc.assert(
      fc.property(object, stamp, (value, given) => {
        const json = JSON.stringify(value)
        expect(readStampedDocument(stampDocument(json, given))).toEqual({ json, stamp: given })
      }),
    )
  })

  it('is a member that verifiers ignore', () => {
    const bytes = stampDocument('{"keys":[]}', { epoch: 2, counter: 7 })
    expect(Buffer.from(bytes).toString()).toBe('{"keys":[],"credence_version":"2.7"}')
  })

  it.each([
    '',
    '{}',
    '{"keys":[]}',
    '{"keys":[],"credence_version":"2"}',
    '{"keys":[],"credence_version":"2.-1"}',
    '{"keys":[],"credence_version":"2.7"} ',
    '{"credence_version":"2.7","keys":[]}',
  ])('is not in %s', text => {
    expect(readStampedDocument(Buffer.from(text))).toEqual({ json: null, stamp: null })
  })

  it.each([
    [[1, 7], [1, 6], true],
    [[1, 7], [1, 7], false],
    [[1, 6], [1, 7], false],
    [[2, 0], [1, 7], true],
    [[1, 7], [2, 0], false],
  ] as const)('%j is later than %j: %s', ([epoch, counter], [otherEpoch, otherCounter], later) => {
    const other = { epoch: otherEpoch, counter: otherCounter }
    expect(isLaterStamp({ epoch, counter }, other)).toBe(later)
  })
})
