import type { Command } from 'commander'
import { EXIT_CODES } from './exit-codes.ts'

/** Ends the help of a command with a command line that works. */
export function withExample(command: Command, line: string): Command {
  return command.addHelpText('after', `\nExample:\n  ${line}`)
}

/** The exit codes with their meanings, as `credence --help` ends. */
export function formatExitCodes(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${code}  ${meaning}`)
  return ['Exit codes:', ...lines].join('\n')
}
