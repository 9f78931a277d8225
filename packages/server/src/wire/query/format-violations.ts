import { isStructureValue, type Shape } from '../../shapes/shape.ts'

/** One rule that one member of the input breaks. */
export interface Violation {
  /** As {@link formatValue} prints it; null when the member is absent. */
  readonly value: string | null
  /** `tags.1.member.key` */
  readonly path: string
  readonly rule: string
}

/**
 * Longer values are cut in messages, with `...`. AWS prints values whole (aws-wire §1.3). So does this,
 * up to three times the length of 51 of the longest tags. Printing more would only send the caller's
 * megabytes back to it and into the audit.
 */
export const MAX_PRINTED_LENGTH = 65_536

/** The longest message. Violations that would make it longer are counted, but not printed. */
export const MAX_MESSAGE_LENGTH = 4 * MAX_PRINTED_LENGTH

/**
 * When there are more violations than this, the message prints the first ones only, and its count is of
 * those (aws-wire-news §6).
 */
export const MAX_VIOLATIONS = 10

/**
 * The message of a `ValidationError`: the violations, joined as AWS joins them (aws-wire §1.3), with
 * the values or without (aws-wire-news §5).
 */
export function formatViolations(all: readonly Violation[], quotesValues: boolean): string {
  const violations = all.slice(0, MAX_VIOLATIONS)
  const count = violations.length
  let message = `${count} validation error${count === 1 ? '' : 's'} detected: `
  for (const [index, { value, path, rule }] of violations.entries()) {
    const printed = quotesValues ? quote(value) : ''
    const violation = `Value ${printed}at '${path}' failed to satisfy constraint: ${rule}`
    if (message.length + violation.length > MAX_MESSAGE_LENGTH) return `${message}...`
    message += index === count - 1 ? violation : `${violation}; `
  }
  return message
}

function quote(value: string | null): string {
  return value === null ? 'null ' : `'${value}' `
}

/** A value as AWS prints it in messages: `59`, `[a, b]`, `[Tag(key=0, value=test)]`. */
export function formatValue(shape: Shape, value: unknown): string {
  const text = printValue(shape, value)
  if (text.length <= MAX_PRINTED_LENGTH) return text
  return `${text.slice(0, MAX_PRINTED_LENGTH).toWellFormed()}...`
}

function printValue(shape: Shape, value: unknown): string {
  if (shape.kind === 'list' && Array.isArray(value)) {
    return `[${printAll(value, member => printValue(shape.member, member))}]`
  }
  if (shape.kind === 'structure' && isStructureValue(value)) {
    const members = printAll(shape.fields, ({ name, printedName, member }) => {
      return `${printedName}=${printValue(member.shape, value[name])}`
    })
    return `${shape.name}(${members})`
  }
  return String(value ?? null)
}

/** Stops where the result will be cut anyway, so that the work has a bound as the message has. */
function printAll<T>(values: readonly T[], print: (value: T) => string): string {
  let text = ''
  for (const [index, value] of values.entries()) {
    if (text.length > MAX_PRINTED_LENGTH) break
    text += index === 0 ? print(value) : `, ${print(value)}`
  }
  return text
}
