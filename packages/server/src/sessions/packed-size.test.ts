import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measurePackedSize, PACKED_BUDGET_BYTES } from './packed-size.ts'
import { ANY_SESSION, PLAIN_SESSION } from './test/session-samples.ts'

const tag = (bytes: number) => ({ key: 'k', value: 'v'.repeat(bytes - 5) })

describe('measurePackedSize', () => {
  it.each([
    ['nothing', {}, 0],
    ['one byte', { policyArns: [''] }, 1],
    ['just one per cent', { tags: [tag(40)] }, 1],
    ['just over one per cent', { tags: [tag(41)] }, 2],
    ['all of it', { tags: [tag(PACKED_BUDGET_BYTES)] }, 100],
    ['a byte too much', { tags: [tag(PACKED_BUDGET_BYTES + 1)] }, 101],
    ['the longest policy', { inlinePolicy: '1'.repeat(2048) }, 51],
    ['ten policies', { policyArns: Array(10).fill('arn:aws:iam::aws:policy/ReadOnlyAccess') }, 10],
    ['transitive keys', { tags: [tag(20)], transitiveTagKeys: ['k'.repeat(19)] }, 2],
    ['bytes, not characters', { tags: [{ key: 'k', value: 'é'.repeat(17) }] }, 1],
    ['more bytes than characters', { tags: [{ key: 'k', value: 'é'.repeat(18) }] }, 2],
  ])('measures %s', (_, change, percent) => {
    expect(measurePackedSize({ ...PLAIN_SESSION, ...change })).toBe(percent)
  })

  it('does not count white space between the parts of a policy', () => {
    const policy = { Version: '2012-10-17', Statement: [{ Sid: 'a  \t"\\ b', Effect: 'Deny' }] }
    const compact = measurePackedSize({ ...PLAIN_SESSION, inlinePolicy: JSON.stringify(policy) })
    const roomy = JSON.stringify(policy, null, '\t\t\t\t\t\t\t\t\t')
    expect(roomy.length).toBeGreaterThan(150)
    expect(measurePackedSize({ ...PLAIN_SESSION, inlinePolicy: roomy })).toBe(compact)
    expect(
      measurePackedSize({ ...PLAIN_SESSION, inlinePolicy: `"${' '.repeat(100)}"` }),
    ).toBeGreaterThan(2)
  })

  it('never shrinks by one more tag', () => {
    fc.assert(
      fc.property(ANY_SESSION, fc.string(), (session, value) => {
        const larger = { ...session, tags: [...session.tags, { key: 'k', value }] }
        expect(measurePackedSize(larger)).toBeGreaterThanOrEqual(measurePackedSize(session))
      }),
    )
  })
})
