import { cleanText } from '../runtime/clean-text.ts'
import { isSecretField } from '../runtime/redaction.ts'
import type { AuditFields, AuditJson } from './event.ts'

/** Longest text inside `requestParameters` and its like, in UTF-16 units. */
const MAX_VALUE_LENGTH = 4096

/**
 * Fields of a request or an answer: names of credentials lose their value, texts are cleaned and
 * shortened. What has more than `maxBytes` as JSON is replaced, as CloudTrail does it, by a note of its
 * size.
 */
export function cleanFields(fields: AuditFields, name: string, maxBytes: number): AuditFields {
  const cleaned = cleanMap(fields)
  const originalSize = Buffer.byteLength(JSON.stringify(cleaned))
  if (originalSize <= maxBytes) return cleaned
  return { omitted: true, originalSize, reason: `${name} too large` }
}

function cleanMap(fields: AuditFields): AuditFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      // Tags name condition keys, so a name may be a text from outside as well.
      cleanText(name, MAX_VALUE_LENGTH),
      value !== null && isSecretField(name, value) ? '[redacted]' : cleanValue(value),
    ]),
  )
}

function cleanValue(value: AuditJson): AuditJson {
  if (typeof value === 'string') return cleanText(value, MAX_VALUE_LENGTH)
  if (typeof value !== 'object' || value === null) return value
  return isList(value) ? value.map(cleanValue) : cleanMap(value)
}

function isList(value: AuditFields | readonly AuditJson[]): value is readonly AuditJson[] {
  return Array.isArray(value)
}
