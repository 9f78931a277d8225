import { joinPieces } from '../variables.ts'
import { createOperator, type OperatorFamily } from './operator.ts'

const CALENDAR =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/
const EPOCH_SECONDS = /^([+-]?)0*(\d{1,12})(?:\.(\d+))?$/

/**
 * Reads a date: a form of ISO 8601 (year, month, day, then perhaps a time to the hour, minute, second
 * or fraction, and a zone; without one it is UTC), or seconds since 1970 of at most twelve digits. Four
 * digits alone are a year. Null when it is neither. Returns milliseconds since 1970; finer fractions
 * are cut off (aws-wire §5.3: millisecond precision).
 */
export function parseDateMs(text: string): number | null {
  return parseCalendarMs(text) ?? parseEpochMs(text)
}

function parseCalendarMs(text: string): number | null {
  const match = CALENDAR.exec(text)
  if (match === null) return null
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00'] = match
  const date = `${year}-${month}-${day}`
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}.${toMilliseconds(match[7])}Z`)
  // `Date.parse` takes the 31st of a short month, and 24:00, for the next day.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date)) return null
  const offsetMs = parseOffsetMs(match[8])
  return offsetMs === null ? null : ms - offsetMs
}

function parseOffsetMs(zone = 'Z'): number | null {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

function parseEpochMs(text: string): number | null {
  const [, sign, seconds, fraction] = EPOCH_SECONDS.exec(text) ?? []
  if (seconds === undefined) return null
  const ms = Number(seconds) * 1000 + Number(toMilliseconds(fraction))
  return sign === '-' ? -ms : ms
}

function toMilliseconds(fraction = ''): string {
  return fraction.slice(0, 3).padEnd(3, '0')
}

const date: OperatorFamily<number, number> = {
  acceptsVariables: false,
  sessionKeepsMalformed: true,
  expects: 'a date of ISO 8601 or seconds since 1970',
  parseValue: parseDateMs,
  unreadableValue: 'unequal',
  parseOperand: pieces => parseDateMs(joinPieces(pieces)),
  malformedOperand: 'unequal',
}

/** Date operators: instants compared in milliseconds; a request value that is no date differs from all. */
export const DATE_OPERATORS = {
  DateEquals: createOperator(date, (a, b) => a === b),
  DateNotEquals: createOperator(date, (a, b) => a === b, true),
  DateLessThan: createOperator(date, (a, b) => a < b),
  DateLessThanEquals: createOperator(date, (a, b) => a <= b),
  DateGreaterThan: createOperator(date, (a, b) => a > b),
  DateGreaterThanEquals: createOperator(date, (a, b) => a >= b),
} as const
