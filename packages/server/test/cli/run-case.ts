import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { runCli } from '../../src/cli/run-cli.ts'
import { createTestClock } from '../support/clock.ts'
import { createFakeTerminal, type FakeTerminal } from '../support/fake-terminal.ts'
import type { Step } from './case-file.ts'
import { matchExpected } from './expected-text.ts'

/** How a step came out, when not as expected. */
export interface Deviation {
  readonly line: number
  readonly expected: string
  readonly actual: string
}

interface Outcome {
  readonly output: string
  readonly errors: string
  readonly exitCode: number
}

const NOTHING: Outcome = { output: '', errors: '', exitCode: 0 }

/**
 * Runs the steps of a case in this process and the current directory, with a clock that stands still.
 * Directives:
 *
 *     @file NAME            writes the lines that follow
 *     @source FILE          takes over `export NAME='value'` lines
 *     @set NAME=VALUE       @unset NAME
 *     @move FILE FILE       @remove FILE        @chmod 0644 FILE
 *     @later SECONDS        moves the clock
 *     @send SIGTERM         to the command that runs (its line ended with `&`); its end is what follows
 */
export async function runCase(steps: readonly Step[]): Promise<Deviation | null> {
  await using session = new CaseSession()
  for (const step of steps) {
    const { output, errors, exitCode } = await session.run(step)
    const { variables } = session
    const isExpected =
      exitCode === step.exitCode &&
      matchExpected(step.output, output, variables) &&
      matchExpected(step.errors, errors, variables)
    if (!isExpected) {
      return { line: step.line, expected: show(step), actual: show({ output, errors, exitCode }) }
    }
  }
  return null
}

class CaseSession implements AsyncDisposable {
  /** Variables of the environment and values that were kept. */
  readonly variables = new Map<string, string>()
  readonly #clock = createTestClock()
  #background: { readonly terminal: FakeTerminal; readonly exitCode: Promise<number> } | null = null

  async run(step: Step): Promise<Outcome> {
    if (step.kind === 'command') return this.#runCommand(step.text)
    const [name, ...operands] = step.text.split(' ')
    return this.#obey(name ?? '', operands, step.output)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#background !== null) await this.#send('SIGTERM')
  }

  async #runCommand(text: string): Promise<Outcome> {
    if (text.endsWith(' &')) return this.#start(text.slice(0, -2))
    let outcome = NOTHING
    let errors = ''
    for (const command of text.split(' | ')) {
      using terminal = this.#createTerminal(outcome.output)
      const exitCode = await runCli(this.#splitWords(command), terminal)
      errors += terminal.errors()
      outcome = { output: terminal.output(), errors, exitCode }
    }
    return outcome
  }

  async #start(text: string): Promise<Outcome> {
    const terminal = this.#createTerminal('')
    const exitCode = runCli(this.#splitWords(text), terminal)
    await Promise.race([terminal.nextPrint(), exitCode])
    this.#background = { terminal, exitCode }
    return { ...NOTHING, output: terminal.output(), errors: terminal.errors() }
  }

  async #send(signal: 'SIGINT' | 'SIGTERM'): Promise<Outcome> {
    if (this.#background === null) throw new Error('nothing runs that a signal could be sent to')
    const { terminal, exitCode } = this.#background
    this.#background = null
    const printed = terminal.output().length
    terminal.send(signal)
    const outcome = { exitCode: await exitCode, errors: terminal.errors() }
    terminal[Symbol.dispose]()
    return { ...outcome, output: terminal.output().slice(printed) }
  }

  async #obey(name: string, operands: readonly string[], text: string): Promise<Outcome> {
    const [first = '', second = ''] = operands
    const expected = { ...NOTHING, output: name === 'file' ? text : '' }
    if (name === 'file') writeFileSync(first, text)
    else if (name === 'source') this.#source(first)
    else if (name === 'set') this.#set(operands.join(' '))
    else if (name === 'unset') this.variables.delete(first)
    else if (name === 'move') renameSync(first, second)
    else if (name === 'remove') rmSync(first, { recursive: true })
    else if (name === 'chmod') chmodSync(second, Number.parseInt(first, 8))
    else if (name === 'later') this.#clock.moveBy(Number(first) * 1000)
    else if (name === 'send' && (first === 'SIGTERM' || first === 'SIGINT'))
      return this.#send(first)
    else throw new Error(`@${name} ${first} is no directive`)
    return expected
  }

  #source(file: string): void {
    for (const [, text = ''] of readFileSync(file, 'utf8').matchAll(/^export (.*)$/gm)) {
      this.#set(text)
    }
  }

  #set(text: string): void {
    const [, name = '', value = ''] = /^(\w+)='?(.*?)'?$/.exec(text) ?? []
    this.variables.set(name, value)
  }

  #createTerminal(input: string): FakeTerminal {
    return createFakeTerminal({
      env: Object.fromEntries(this.variables),
      clock: this.#clock,
      input,
    })
  }

  /** The words after `credence`. */
  #splitWords(text: string): readonly string[] {
    const words = [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare = '']) =>
      quoted === undefined
        ? bare.replace(/\$([A-Z_]+)/g, (whole, name) => this.variables.get(name) ?? whole)
        : quoted,
    )
    const [program, ...rest] = words
    if (program !== 'credence') throw new Error(`a command begins with credence: ${text}`)
    return rest
  }
}

function show({ output, errors, exitCode }: Outcome): string {
  return `${output}${errors.replace(/^(?=.)/gm, '! ')}exit ${exitCode}\n`
}
