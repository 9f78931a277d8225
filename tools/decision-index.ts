/**
 * The index of decision records, made from the records.
 *
 * Exists because a list beside a folder is wrong after the next record, and because whoever asks
 * "why" has a question and no number.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A record as its first lines describe it. */
export interface Decision {
  readonly file: string
  /** Four digits. */
  readonly number: string
  /** The title: what was decided. */
  readonly answer: string
  /** Of the day when it was made, `YYYY-MM-DD`. */
  readonly date: string
  readonly question: string
  /** `in force`, or by what it is replaced. */
  readonly state: string
}

const FOLDER = join(import.meta.dirname, '../docs/decisions')

const HEAD =
  /^# (\d{4}): (.+)\n\n- Date: (\d{4}-\d\d-\d\d)\n- Question: (.+\?)\n- State: (in force.*|replaced by .+)\n\n/

/** Reads the first lines of a record. @throws Error when they don't have their form */
export function parseDecision(file: string, text: string): Decision {
  const [, number = '', answer = '', date = '', question = '', state = ''] = text.match(HEAD) ?? []
  if (number === '' || !file.startsWith(`${number}-`)) {
    throw new Error(
      `${file} must begin with "# ${file.slice(0, 4)}: what was decided" and a list of Date, Question? and State`,
    )
  }
  return { file, number, answer, date, question, state }
}

/**
 * A line for each record, lowest number first. Lines and not a table, so that a new record changes
 * one line. @throws Error for a record without its first lines
 */
export function formatDecisionIndex(): string {
  const files = readdirSync(FOLDER).filter(file => /^\d{4}-.+\.md$/.test(file))
  return files
    .toSorted()
    .map(file => parseDecision(file, readFileSync(join(FOLDER, file), 'utf8')))
    .map(
      ({ file, number, question, answer, state, date }) =>
        `- [${number}](${file}) ${question} **${answer}.** _${date}, ${state}._\n`,
    )
    .join('')
}
