import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../test/any-text.ts'
import { copyText } from './copy-text.ts'

/** That the copy has memory of its own is seen by `test/memory.mjs`, on every version of Node. */
describe('copyText', () => {
  it('is the same text, whatever is in it', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(copyText(text)).toBe(text)
      }),
    )
  })
})
