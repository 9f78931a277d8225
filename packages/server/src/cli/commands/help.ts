import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { withExample } from '../help.ts'
import { formatCommandPath } from '../usage-error.ts'

/** `credence help …`: the same as `--help` after the command. */
export function addHelpCommand(program: Command): void {
  const help = program
    .command('help')
    .argument('[command...]', 'a command, e.g. `user create`')
    .description('print the help of a command')
    .action((names: readonly string[]) => findCommand(program, names).outputHelp())
  withExample(help, 'credence help user create')
}

function findCommand(program: Command, names: readonly string[]): Command {
  return names.reduce((parent, name) => {
    const found = parent.commands.find(child => child.name() === name)
    if (found !== undefined) return found
    throw new CliError('usage', `${formatCommandPath(parent)} has no command ${name}.`)
  }, program)
}
