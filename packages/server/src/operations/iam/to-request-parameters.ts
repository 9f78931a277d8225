import type { AuditFields, AuditJson } from '../../audit/event.ts'

/** A value of an input: absent members are there as undefined, at any depth. */
type InputValue =
  | string
  | number
  | boolean
  | undefined
  | readonly InputValue[]
  | { readonly [name: string]: InputValue }

/**
 * What the audit keeps of an IAM input: every member that was given, under its own name, as
 * CloudTrail does. Null for a call without parameters.
 */
export function toRequestParameters(input: {
  readonly [name: string]: InputValue
}): AuditFields | null {
  const given = listGiven(input)
  return given.length === 0 ? null : Object.fromEntries(given)
}

function listGiven(members: { readonly [name: string]: InputValue }): [string, AuditJson][] {
  return Object.entries(members).flatMap(([name, value]): [string, AuditJson][] =>
    value === undefined ? [] : [[name, toAuditJson(value)]],
  )
}

function toAuditJson(value: Exclude<InputValue, undefined>): AuditJson {
  if (typeof value !== 'object') return value
  if (!isList(value)) return Object.fromEntries(listGiven(value))
  return value.flatMap(item => (item === undefined ? [] : [toAuditJson(item)]))
}

function isList(value: object): value is readonly InputValue[] {
  return Array.isArray(value)
}
