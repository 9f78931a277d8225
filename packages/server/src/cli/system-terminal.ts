import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../composition.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'
import { CliError } from './cli-error.ts'
import type { Terminal } from './terminal.ts'

/** Far more bytes than any policy or token has. */
const MAX_INPUT_BYTES = 1_048_576

/** The terminal of this process: its streams, environment, signals, clock and randomness. */
export function createSystemTerminal(): Terminal {
  process.stdout.on('error', endAfterLostOutput)
  // When standard error can't be written, nothing can be printed; the exit code still tells the
  // result.
  process.stderr.on('error', () => {})
  return {
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    env: process.env,
    isInteractive: process.stdin.isTTY === true,
    print: text => process.stdout.write(text),
    printError: text => process.stderr.write(text),
    readFile: path => {
      try {
        return readFileSync(path, 'utf8')
      } catch (cause) {
        throw new Error(formatSystemError(cause), { cause })
      }
    },
    readInput: readStandardInput,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
    onSignal: (signal, listener) => {
      process.on(signal, listener)
      return () => process.off(signal, listener)
    },
  }
}

/** A reader that has seen enough, such as `head`, closes the pipe. Any other loss is a failure. */
function endAfterLostOutput(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') return
  process.stderr.write(`error: Standard output is lost: ${formatSystemError(error)}.\n`)
  process.once('exit', () => {
    process.exitCode ||= 1
  })
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > MAX_INPUT_BYTES) {
      throw new CliError('usage', `Standard input is longer than ${MAX_INPUT_BYTES} bytes.`)
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
