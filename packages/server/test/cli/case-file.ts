/** One line of a case with what must come of it. */
export interface Step {
  readonly line: number
  /** A command line after `$ `, or a directive after `@`. */
  readonly text: string
  readonly kind: 'command' | 'directive'
  readonly output: string
  readonly errors: string
  readonly exitCode: number
}

/**
 * Reads a case: commands and what they print, as they would stand in a terminal.
 *
 *     # a remark, before the first step or between steps
 *     $ credence user list            a command line; words in '…' are one word, NAME of a variable $NAME
 *     No users.                       standard output
 *     ! error: …                      standard error
 *     exit 5                          the exit code, when it is not 0
 *     @file policy.json               a directive, see `run-case.ts`; its text follows
 *
 * In what is expected, `<uuid>` and the like stand for values that differ each time
 * (`expected-text.ts`).
 */
export function parseCase(text: string): readonly Step[] {
  const steps: Step[] = []
  let current: { head: Pick<Step, 'line' | 'text' | 'kind'>; lines: string[] } | null = null
  const finish = (): void => {
    if (current !== null) steps.push({ ...current.head, ...readExpectation(current.lines) })
  }
  for (const [index, line] of text.split('\n').entries()) {
    const [, mark, rest = ''] = /^(\$ |@|# )(.*)$/.exec(line) ?? []
    if (mark === undefined) {
      current?.lines.push(line)
      continue
    }
    finish()
    const kind = mark === '@' ? 'directive' : 'command'
    current = mark === '# ' ? null : { head: { line: index + 1, text: rest, kind }, lines: [] }
  }
  finish()
  return steps
}

function readExpectation(lines: readonly string[]): Pick<Step, 'output' | 'errors' | 'exitCode'> {
  const output: string[] = []
  const errors: string[] = []
  let exitCode = 0
  for (const line of lines) {
    const [, code] = /^exit (\d+)$/.exec(line) ?? []
    if (code !== undefined) exitCode = Number(code)
    else if (line.startsWith('! ') || line === '!') errors.push(line.slice(2))
    else output.push(line)
  }
  // Empty lines before the next step are for the reader's eye.
  while (output.at(-1) === '') output.pop()
  return { output: toText(output), errors: toText(errors), exitCode }
}

function toText(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}
