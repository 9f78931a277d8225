import { isSecretField, redact } from '../runtime/redaction.ts'

/**
 * Values below this depth, or beyond this number, are cut: a log line tells what happened, it is
 * not a dump.
 */
const MAX_DEPTH = 6
const MAX_VALUES = 500

/**
 * Makes the fields of a log line safe: fields with the name of a credential and texts with its
 * shape are redacted at every depth, bytes are counted, errors keep their causes, big integers
 * become text. A `Secret` prints itself redacted. Never throws, not even on cycles.
 */
export function toLogFields(fields: object): Readonly<Record<string, unknown>> {
  try {
    return toFields(fields instanceof Error ? { err: fields } : fields, 1, { left: MAX_VALUES })
  } catch (error) {
    return { unloggable: redact(String(error)) }
  }
}

interface Budget {
  left: number
}

function toFields(
  fields: object,
  depth: number,
  budget: Budget,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isSecretField(name, value) ? '[redacted]' : toLogValue(value, depth, budget),
    ]),
  )
}

function toLogValue(value: unknown, depth: number, budget: Budget): unknown {
  budget.left -= 1
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH || budget.left <= 0) return '[cut]'
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof Error) return toFields(toErrorFields(value), depth + 1, budget)
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return toLogValue(value.toJSON(), depth + 1, budget)
  }
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    const items = [...value].slice(0, budget.left)
    return items.map(item => toLogValue(item, depth + 1, budget))
  }
  return toFields(value, depth + 1, budget)
}

/** Other properties of an error are left out: libraries attach whole requests to theirs. */
function toErrorFields(error: Error): object {
  const { name, message, stack, cause } = error
  return {
    name,
    message,
    ...('code' in error && { code: error.code }),
    stack,
    ...(cause !== undefined && { cause }),
    ...(error instanceof AggregateError && { errors: error.errors }),
  }
}
