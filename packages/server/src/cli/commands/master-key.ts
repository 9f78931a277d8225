import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { type RotateCommandOptions, runMasterKeyRotate } from '../master-key-rotate.ts'
import { runMasterKeyStatus } from '../master-key-status.ts'
import type { Terminal } from '../terminal.ts'

const DEFAULT_WAIT_SECONDS = 30

/** `credence master-key` */
export function addMasterKeyCommands(program: Command, terminal: Terminal): void {
  const masterKey = program
    .command('master-key')
    .description('the key that seals all other secrets of the installation')
  withExample(masterKey, 'credence master-key status')

  const status = masterKey
    .command('status')
    .description('print which master keys there are, and what needs them')
    .action((_options: object, command: Command) =>
      runMasterKeyStatus(new CommandContext(terminal, command)),
    )
  withExample(status, 'credence master-key status')

  const rotate = masterKey
    .command('rotate')
    .description('make a new master key and seal everything anew under it, beside a running server')
    .option(
      '--end-sessions',
      'end the sessions that the former key has sealed at once; otherwise they go on for 36 hours at most',
    )
    .option(
      '--servers-stopped',
      'no server uses the store: needed with store.url, where nobody else can tell',
    )
    .option('--dry-run', 'say what would be done, and change nothing')
    .option(
      '--wait <seconds>',
      'how long to wait for the running server at each step',
      parseSeconds,
      DEFAULT_WAIT_SECONDS,
    )
    .action((options: RotateCommandOptions, command: Command) =>
      runMasterKeyRotate(new CommandContext(terminal, command), options),
    )
  withExample(rotate, 'credence master-key rotate --dry-run')
}

function parseSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new CliError('usage', `--wait takes a number of seconds, and not ${text}.`)
}
