import { describe, expect, it } from 'vitest'
import { formatTimestamp, parseBasicTimestamp, parseTimestamp } from './timestamp.ts'

describe('parseBasicTimestamp', () => {
  it.each([
    ['20260102T030405Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['20240229T235959Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['20260131T000000Z', Date.UTC(2026, 0, 31)],
    ['20261231T235959Z', Date.UTC(2026, 11, 31, 23, 59, 59)],
  ])('reads %s', (text, epochMs) => {
    expect(parseBasicTimestamp(text)).toEqual({ basic: text, epochMs })
    expect(formatTimestamp(epochMs)).toBe(text)
  })

  it.each([
    '20250229T000000Z',
    '20260431T000000Z',
    '20260001T000000Z',
    '20261301T000000Z',
    '20260100T000000Z',
    '20260132T000000Z',
    '20260101T240000Z',
    '20260101T006000Z',
    '20260101T000060Z',
    '20260101T000000',
    ' 20260101T000000Z',
    '20260101T000000Z\n',
    '2026-01-01T00:00:00Z',
    '',
  ])('refuses %j', text => {
    expect(parseBasicTimestamp(text)).toBeNull()
  })
})

describe('parseTimestamp', () => {
  it('takes the extended format as the basic one', () => {
    expect(parseTimestamp('2026-01-02T03:04:05Z')).toEqual(parseBasicTimestamp('20260102T030405Z'))
    expect(parseTimestamp('20260102T030405Z')).toEqual(parseBasicTimestamp('20260102T030405Z'))
  })

  it.each([
    '2026-01-02T03:04:05.000Z',
    '2026-01-02T030405Z',
    '20260102T03:04:05Z',
    '2026-02-30T00:00:00Z',
  ])('refuses %j', text => {
    expect(parseTimestamp(text)).toBeNull()
  })
})

describe('formatTimestamp', () => {
  it('cuts milliseconds', () => {
    expect(formatTimestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 999))).toBe('20260102T030405Z')
  })
})
