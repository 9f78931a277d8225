import type { AuditFields, AuditJson } from '../../audit/event.ts'
import { isStructureValue, type Shape, type StructureShape } from '../../shapes/shape.ts'

/**
 * What the audit keeps of an output: every member under its own name, as CloudTrail does, instants
 * as RFC 3339 text. Not for an output with a secret in it.
 */
export function toResponseElements(shape: StructureShape, output: unknown): AuditFields {
  if (!isStructureValue(output)) throw new TypeError(`the output is no ${shape.name}`)
  const fields: Record<string, AuditJson> = {}
  for (const { name, member } of shape.fields) {
    const value = output[name]
    if (value !== undefined) fields[name] = toAuditJson(member.shape, value)
  }
  return fields
}

function toAuditJson(shape: Shape, value: unknown): AuditJson {
  if (shape.kind === 'structure') return toResponseElements(shape, value)
  if (shape.kind === 'list' && Array.isArray(value)) {
    return value.map(member => toAuditJson(shape.member, member))
  }
  if (shape.kind === 'timestamp' && typeof value === 'number') return new Date(value).toISOString()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  throw new TypeError(`the output has something else where its shape has a ${shape.kind}`)
}
