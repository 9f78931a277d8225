import type { Terminal } from './terminal.ts'

/** A value that `--json` prints, and the same facts for a person. */
export interface Report {
  readonly json: unknown
  /** Lines for a person; no trailing line feed. */
  readonly text: string
}

/** Prints a report: one line of JSON with `--json`, text without. */
export function printReport(terminal: Terminal, report: Report, isJson: boolean): void {
  terminal.print(`${isJson ? JSON.stringify(report.json) : report.text}\n`)
}

/** Columns with a header, aligned with spaces. When there are no rows, it says so. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  nothing: string,
): string {
  if (rows.length === 0) return nothing
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  return [header, ...rows]
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
