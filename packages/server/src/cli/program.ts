import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import type { FlagPair } from '../config/read-flag-source.ts'
import { addAccessKeyCommands } from './access-key.ts'
import { addAccountCommands } from './account.ts'
import { addConfigCommands } from './config.ts'
import { addDevCommand } from './dev.ts'
import { addDoctorCommand } from './doctor.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { addFederationCommands } from './federation.ts'
import { addInitCommand } from './init.ts'
import { addPolicyCommands } from './policy.ts'
import { addServeCommand } from './serve.ts'
import type { Terminal } from './terminal.ts'
import { addTokenCommand } from './token.ts'
import { addUserCommands } from './user.ts'
import { addVerifyCommand } from './verify.ts'

/** The command line with all its commands. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('credence')
    .description('A Security Token Service that people run themselves, on AWS’s own wire.')
    .version(readVersion())
    .option('--config <file>', 'YAML file; .credence/credence.yaml when it exists')
    .option('--set <key=value>', 'a value of the configuration (repeatable)', collectPair, [])
    .option('--account <id>', 'account that the command is about; needed when there are several')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', `\n${formatExitCodes()}`)
  addDevCommand(program, terminal)
  addInitCommand(program, terminal)
  addServeCommand(program, terminal)
  addAccountCommands(program, terminal)
  addUserCommands(program, terminal)
  addAccessKeyCommands(program, terminal)
  addPolicyCommands(program, terminal)
  addFederationCommands(program, terminal)
  addTokenCommand(program, terminal)
  addVerifyCommand(program, terminal)
  addDoctorCommand(program, terminal)
  addConfigCommands(program, terminal)
  prepare(program, terminal)
  return program
}

/** Every command throws instead of ending the process, and prints where the terminal says. */
function prepare(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.printError })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for how to use it)')
  for (const child of command.commands) prepare(child, terminal)
}

function collectPair(text: string, pairs: readonly FlagPair[]): readonly FlagPair[] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('expected key=value')
  return [...pairs, [text.slice(0, equals), text.slice(equals + 1)]]
}

function formatExitCodes(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${code}  ${meaning}`)
  return ['Exit codes:', ...lines].join('\n')
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version)
  }
  throw new Error('package.json names no version')
}
