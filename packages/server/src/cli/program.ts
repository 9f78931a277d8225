import { Command } from 'commander'
import { parseAccountId } from '../principals/identifiers.ts'
import { readVersion } from '../runtime/read-version.ts'
import { addAccessKeyCommands } from './access-key.ts'
import { addAccountCommands } from './account.ts'
import { addApplyCommands } from './apply.ts'
import { addConfigCommands } from './config.ts'
import { addDevCommand } from './dev.ts'
import { addDoctorCommand } from './doctor.ts'
import { addFederationCommands } from './federation.ts'
import { addHelpCommand, formatExitCodes, withExample } from './help.ts'
import { addInitCommand } from './init.ts'
import { addOrganizationCommands } from './organization.ts'
import { collectPair } from './pairs.ts'
import { addPolicyCommands } from './policy.ts'
import { addRoleCommands } from './role.ts'
import { addServeCommand } from './serve.ts'
import type { Terminal } from './terminal.ts'
import { addTokenCommand } from './token.ts'
import { createUsageError, parsedBy } from './usage-error.ts'
import { addUserCommands } from './user.ts'
import { addVerifyCommand } from './verify.ts'

/** The command line with all its commands. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('credence')
    .description('A Security Token Service that people run themselves, on AWS’s own wire.')
    .version(readVersion(), '--version', 'print the version')
    .option('--config <file>', 'YAML file; .credence/credence.yaml when it exists')
    .option('--set <key=value>', 'a value of the configuration (repeatable)', collectPair('--set'))
    .option('--account <id>', 'needed when there are several accounts', parsedBy(parseAccountId))
    .option('--json', 'print JSON for programs, errors included')
  withExample(program, 'credence dev').addHelpText('after', `\n${formatExitCodes()}`)
  addDevCommand(program, terminal)
  addInitCommand(program, terminal)
  addServeCommand(program, terminal)
  addAccountCommands(program, terminal)
  addUserCommands(program, terminal)
  addRoleCommands(program, terminal)
  addAccessKeyCommands(program, terminal)
  addPolicyCommands(program, terminal)
  addOrganizationCommands(program, terminal)
  addFederationCommands(program, terminal)
  addApplyCommands(program, terminal)
  addTokenCommand(program, terminal)
  addVerifyCommand(program, terminal)
  addDoctorCommand(program, terminal)
  addConfigCommands(program, terminal)
  addHelpCommand(program)
  prepare(program, terminal)
  return program
}

/** Every command throws instead of ending the process, and prints where the terminal says. */
function prepare(command: Command, terminal: Terminal): void {
  let written = ''
  command
    .exitOverride(error => {
      throw error.exitCode === 0 ? error : createUsageError(error, command, written)
    })
    .configureOutput({
      writeOut: terminal.print,
      writeErr: text => {
        written += text
      },
    })
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: 100,
      visibleGlobalOptions: () => (command.parent === null ? [] : findGlobalOptions(command)),
    })
  for (const child of command.commands) prepare(child, terminal)
}

function findGlobalOptions(command: Command) {
  let root = command
  while (root.parent !== null) root = root.parent
  return root.options.filter(({ long }) => long !== '--version')
}
