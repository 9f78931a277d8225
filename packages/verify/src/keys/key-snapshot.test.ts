import { describe, expect, it } from 'vitest'
import { codeThrown, EC_KEY, formatJwks, ISSUER, omit } from '../../test/tokens.ts'
import { parseKeySnapshot } from './key-snapshot.ts'

const record = {
  issuer: ISSUER,
  jwks: formatJwks(EC_KEY),
  loadedAtMs: 1,
  freshUntilMs: 2,
  staleUntilMs: 3,
}
const snapshotOf = (...issuers: unknown[]) => ({ version: 1, issuers })

describe('parseKeySnapshot', () => {
  it.each([
    ['no issuer', snapshotOf()],
    ['one', snapshotOf(record)],
    ['two', snapshotOf(record, { ...record, issuer: 'https://other.example' })],
  ])('reads a snapshot of %s', (_, snapshot) => {
    expect(parseKeySnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot)
  })

  it('leaves out what it does not know', () => {
    expect(parseKeySnapshot(snapshotOf({ ...record, more: 1 }))).toEqual(snapshotOf(record))
  })

  const noForm = 'a snapshot has the version 1 and a list of issuers'
  it.each([
    ['nothing', undefined, noForm],
    ['text', JSON.stringify(snapshotOf(record)), noForm],
    ['no version', { issuers: [] }, noForm],
    ['another version', { version: 2, issuers: [] }, noForm],
    ['no issuers', { version: 1 }, noForm],
    ['issuers that are no list', { version: 1, issuers: record }, noForm],
    ['a record that is no object', snapshotOf(null), 'issuer is missing'],
    ['a record without issuer', snapshotOf(omit(record, 'issuer')), 'issuer is missing'],
    ...['loadedAtMs', 'freshUntilMs', 'staleUntilMs'].flatMap(
      name =>
        [
          [`no ${name}`, snapshotOf(omit(record, name)), `a time of ${ISSUER} is missing`],
          [
            `${name} as text`,
            snapshotOf({ ...record, [name]: '1' }),
            `a time of ${ISSUER} is missing`,
          ],
          [
            `${name} without end`,
            snapshotOf({ ...record, [name]: null }),
            `a time of ${ISSUER} is missing`,
          ],
        ] as const,
    ),
  ] as const)('refuses %s', (_, snapshot, reason) => {
    expect(codeThrown(() => parseKeySnapshot(snapshot))).toBe('snapshot_invalid')
    expect(() => parseKeySnapshot(snapshot)).toThrow(reason)
  })

  it('refuses a record whose keys are no JWK Set', () => {
    expect(codeThrown(() => parseKeySnapshot(snapshotOf({ ...record, jwks: [] })))).toBe(
      'jwks_invalid',
    )
  })
})
