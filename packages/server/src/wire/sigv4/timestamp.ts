/** The instant of a signature. */
export interface Timestamp {
  /** `20260102T030405Z`: ISO 8601 basic, as it is signed. */
  readonly basic: string
  readonly epochMs: number
}

const BASIC = /^\d{8}T\d{6}Z$/
const EXTENDED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Reads ISO 8601 basic; null for anything else, and for a date or time that does not exist. */
export function parseBasicTimestamp(text: string): Timestamp | null {
  if (!BASIC.test(text)) return null
  const month = twoDigits(text, 4)
  const day = twoDigits(text, 6)
  const hour = twoDigits(text, 9)
  const minute = twoDigits(text, 11)
  const second = twoDigits(text, 13)
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2)
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second)
  // Only the end of a month needs the calendar.
  if (day > 28 && new Date(epochMs).getUTCDate() !== day) return null
  return { basic: text, epochMs }
}

/** Reads ISO 8601 basic or extended (`2026-01-02T03:04:05Z`); null as {@link parseBasicTimestamp}. */
export function parseTimestamp(text: string): Timestamp | null {
  return parseBasicTimestamp(EXTENDED.test(text) ? text.replace(/[-:]/g, '') : text)
}

/** ISO 8601 basic, cut to whole seconds. */
export function formatTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function twoDigits(text: string, position: number): number {
  return 10 * (text.charCodeAt(position) - 48) + text.charCodeAt(position + 1) - 48
}
