import { CommanderError } from 'commander'
import { EXIT_CODES } from './exit-codes.ts'
import { formatFailure, toFailure } from './failure.ts'
import { keepKeyIdsFromOptions } from './key-id-words.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs one command line, without the names of the interpreter and the program. Never rejects. Returns
 * the exit code. Every failure has been printed on standard error by then.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await createProgram(terminal, args)
    await program.parseAsync([...keepKeyIdsFromOptions(args)], { from: 'user' })
    return EXIT_CODES.success.code
  } catch (error) {
    // Commander has printed the help or the version that was asked for.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.success.code
    const failure = toFailure(error)
    terminal.printError(formatFailure(failure, isJsonWanted(args)))
    return EXIT_CODES[failure.reason].code
  }
}

/**
 * The option is read from the words themselves, because the parser may have failed before it came to
 * the option.
 */
function isJsonWanted(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).includes('--json')
}
