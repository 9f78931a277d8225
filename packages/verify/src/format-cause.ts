import { formatLine, VerifyError } from './errors.ts'

const MAX_REASONS = 5
const MAX_CHARACTERS = 500

/**
 * Why something failed, in one line of bounded length: the message of the error and those of its
 * causes. `fetch` says "fetch failed" and no more. Its cause says which name was not found, who refused
 * the connection or which certificate was not trusted. It has several causes when several addresses
 * were tried. Messages may quote what a server sent, so nothing in them can break the line.
 */
export function formatCause(cause: unknown): string {
  const reasons = new Set<string>()
  const errors = new Set([cause])
  // The set grows while it is gone through, and an error that is its own cause is in it once.
  for (const error of errors) {
    if (reasons.size === MAX_REASONS) break
    if (!(error instanceof Error)) continue
    // The message of the package's own errors has their causes in it already.
    if (error instanceof VerifyError) {
      reasons.add(error.message)
      continue
    }
    reasons.add(formatError(error))
    if (error instanceof AggregateError) for (const each of error.errors) errors.add(each)
    errors.add(error.cause)
  }
  const line = [...reasons].filter(reason => reason !== '').join(': ')
  return line === '' ? 'unknown reason' : formatLine(line, MAX_CHARACTERS)
}

/** The message with the code, unless it is in it, as it is in those of the operating system. */
function formatError(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (error.message.includes(code)) return error.message
  return error.message === '' ? code : `${error.message} (${code})`
}
