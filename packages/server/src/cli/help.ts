import type { Command } from 'commander'
import { CliError } from './cli-error.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { formatCommandPath } from './usage-error.ts'

/** Ends the help of a command with a command line that works. */
export function withExample(command: Command, line: string): Command {
  return command.addHelpText('after', `\nExample:\n  ${line}`)
}

/** `credence help …`: the same as `--help` after the command. */
export function addHelpCommand(program: Command): void {
  const help = program
    .command('help')
    .argument('[command...]', 'a command, e.g. `user create`')
    .description('print the help of a command')
    .action((names: readonly string[]) => findCommand(program, names).outputHelp())
  withExample(help, 'credence help user create')
}

/** The exit codes with their meanings, as `credence --help` ends. */
export function formatExitCodes(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${code}  ${meaning}`)
  return ['Exit codes:', ...lines].join('\n')
}

function findCommand(program: Command, names: readonly string[]): Command {
  return names.reduce((parent, name) => {
    const found = parent.commands.find(child => child.name() === name)
    if (found !== undefined) return found
    throw new CliError('usage', `${formatCommandPath(parent)} has no command ${name}.`)
  }, program)
}
