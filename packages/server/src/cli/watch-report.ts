import type { CliError } from './cli-error.ts'

/** The report about one file. It never has a token in it. */
interface Subject {
  readonly audience: string
  readonly file: { readonly path: string }
}

/** The events of watching tokens. */
export interface WatchReport {
  /** A new token is in the file. */
  readonly written: (
    subject: Subject,
    times: { readonly validUntilMs: number; readonly dueMs: number },
  ) => void
  /** No new token came, and the next try is after a while. */
  readonly failed: (
    subject: Subject,
    failure: {
      readonly error: CliError
      readonly delayMs: number
      readonly validUntilMs: number | null
    },
  ) => void
  /** The token in the file has ended. */
  readonly expired: (subject: Subject) => void
  /** The token is shorter than asked for, since the session of the credentials ends soon. */
  readonly shortened: (subject: Subject, seconds: number) => void
}

/** Writes lines: with `--json` one object each, with `event` and the names used here; otherwise text. */
export function createWatchReport(
  printError: (text: string) => void,
  isJson: boolean,
): WatchReport {
  const tell = (subject: Subject, event: string, fields: object, text: string): void => {
    const { audience } = subject
    const file = subject.file.path
    printError(`${isJson ? JSON.stringify({ event, file, audience, ...fields }) : text}\n`)
  }
  return {
    written: (subject, { validUntilMs, dueMs }) => {
      const [validUntil, refreshAt] = [formatTime(validUntilMs), formatTime(dueMs)]
      const text = `${subject.file.path} has a token for ${subject.audience} until ${validUntil}; the next comes at ${refreshAt}.`
      tell(subject, 'written', { validUntil, refreshAt }, text)
    },
    failed: (subject, { error: { reason, message, details }, delayMs, validUntilMs }) => {
      const validUntil = validUntilMs === null ? null : formatTime(validUntilMs)
      const retryInSeconds = Math.ceil(delayMs / 1000)
      const held = validUntil === null ? 'has no valid token' : `keeps a token until ${validUntil}`
      const text = `warning: ${subject.file.path} ${held}; tried again in ${retryInSeconds} s: ${message}`
      tell(subject, 'failed', { reason, message, ...details, validUntil, retryInSeconds }, text)
    },
    expired: subject => {
      const text = `warning: The token in ${subject.file.path} has expired.`
      tell(subject, 'expired', {}, text)
    },
    shortened: (subject, seconds) => {
      const text = `warning: The token in ${subject.file.path} lives ${seconds} s, since the session of the AWS credentials ends soon.`
      tell(subject, 'shortened', { seconds }, text)
    },
  }
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString()
}
