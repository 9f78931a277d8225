import { Command } from 'commander'
import { parseAccountId } from '../principals/identifiers.ts'
import { readVersion } from '../runtime/read-version.ts'
import { addHelpCommand } from './commands/help.ts'
import { formatExitCodes, withExample } from './help.ts'
import { collectPair } from './pairs.ts'
import type { Terminal } from './terminal.ts'
import { createUsageError, parsedBy } from './usage-error.ts'

type AddCommand = (program: Command, terminal: Terminal) => void

/**
 * The commands in the order of the help. Each is loaded only when it is asked for, because loading all
 * of them would cost every start a tenth of its time.
 */
const COMMANDS: readonly (readonly [name: string, load: () => Promise<AddCommand>])[] = [
  ['dev', async () => (await import('./commands/dev.ts')).addDevCommand],
  ['init', async () => (await import('./commands/init.ts')).addInitCommand],
  ['serve', async () => (await import('./commands/serve.ts')).addServeCommand],
  ['account', async () => (await import('./commands/account.ts')).addAccountCommands],
  ['user', async () => (await import('./commands/user.ts')).addUserCommands],
  ['role', async () => (await import('./commands/role.ts')).addRoleCommands],
  ['access-key', async () => (await import('./commands/access-key.ts')).addAccessKeyCommands],
  ['policy', async () => (await import('./commands/policy.ts')).addPolicyCommands],
  [
    'organization',
    async () => (await import('./commands/organization.ts')).addOrganizationCommands,
  ],
  ['federation', async () => (await import('./commands/federation.ts')).addFederationCommands],
  ['issuer', async () => (await import('./commands/issuer.ts')).addIssuerCommands],
  ['master-key', async () => (await import('./commands/master-key.ts')).addMasterKeyCommands],
  ['key', async () => (await import('./commands/key.ts')).addKeyCommands],
  ['publish', async () => (await import('./commands/publish.ts')).addPublishCommands],
  ['bundle', async () => (await import('./commands/bundle.ts')).addBundleCommands],
  ['apply', async () => (await import('./commands/apply.ts')).addApplyCommand],
  ['export', async () => (await import('./commands/export.ts')).addExportCommand],
  ['token', async () => (await import('./commands/token.ts')).addTokenCommand],
  ['verify', async () => (await import('./commands/verify.ts')).addVerifyCommand],
  ['doctor', async () => (await import('./commands/doctor.ts')).addDoctorCommand],
  ['config', async () => (await import('./commands/config.ts')).addConfigCommands],
]

/** The command line with the commands that the words may mean, or with all of them. */
export async function createProgram(
  terminal: Terminal,
  words: readonly string[] = [],
): Promise<Command> {
  const program = new Command('credence')
    .description('A Security Token Service that people run themselves, on AWS’s own wire.')
    .version(readVersion(), '--version', 'print the version')
    .option('--config <file>', 'YAML file; .credence/credence.yaml when it exists')
    .option('--set <key=value>', 'a value of the configuration (repeatable)', collectPair('--set'))
    .option('--account <id>', 'needed when there are several accounts', parsedBy(parseAccountId))
    .option('--json', 'print JSON for programs, errors included')
  withExample(program, 'credence dev').addHelpText('after', `\n${formatExitCodes()}`)
  for (const addCommand of await loadCommands(words)) addCommand(program, terminal)
  addHelpCommand(program)
  prepare(program, terminal)
  return program
}

/**
 * The parser decides which of the words is the command. So every command whose name is among the words
 * is loaded. When none is, and for help, which lists the commands, all are loaded.
 */
async function loadCommands(words: readonly string[]): Promise<ReadonlySet<AddCommand>> {
  const named = COMMANDS.filter(([name]) => words.includes(name))
  const isHelp = words.some(word => HELP_WORDS.has(word))
  const wanted = isHelp || named.length === 0 ? COMMANDS : named
  return new Set(await Promise.all(wanted.map(([, load]) => load())))
}

const HELP_WORDS = new Set(['help', '--help', '-h'])

/** Makes every command throw instead of ending the process, and print to the given terminal. */
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
