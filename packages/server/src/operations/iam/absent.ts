import type { AuditFields } from '../../audit/event.ts'

/**
 * What the audit keeps of an input about something that nobody has: its texts and numbers, which are all
 * that such an input has.
 */
export function toAbsentParameters(input: object): AuditFields | null {
  const given = Object.entries(input).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  )
  return given.length === 0 ? null : Object.fromEntries(given)
}
