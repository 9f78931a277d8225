import type { AuditFields, AuditJson } from '../../audit/event.ts'

/**
 * What the audit keeps of an IAM input: every member that was given, under its own name, as
 * CloudTrail does. Null for a call without parameters.
 */
export function toRequestParameters(input: {
  readonly [name: string]: AuditJson | undefined
}): AuditFields | null {
  const given = Object.entries(input).flatMap(([name, value]): [string, AuditJson][] =>
    value === undefined ? [] : [[name, value]],
  )
  return given.length === 0 ? null : Object.fromEntries(given)
}
