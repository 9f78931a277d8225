import type { Command } from 'commander'
import { parsePolicy } from '../policy/parse-policy.ts'
import { CommandContext } from './command-context.ts'
import { CliError } from './exit-codes.ts'
import { formatTable, type Terminal } from './terminal.ts'

interface UserOption {
  readonly user: string
}

/** `credence policy …` */
export function addPolicyCommands(program: Command, terminal: Terminal): void {
  const policy = program.command('policy').description('inline policies of users')

  policy
    .command('put')
    .argument('<name>')
    .argument('<file>', 'the JSON document, or - for standard input')
    .requiredOption('--user <name>', 'the user that gets it')
    .description('give a user a policy, or replace it')
    .addHelpText('after', '\nExample:\n  credence policy put tokens policy.json --user deployer')
    .action(async (name: string, file: string, { user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      const document = readDocument(terminal, file)
      // A policy that can't be evaluated in full must never be stored.
      parsePolicy(document, 'identity')
      await context.withData(async data => {
        const account = await context.findAccount(data)
        const { id } = await context.findUser(data, account, user)
        await data.store.saveUserPolicy(account.id, id, { name: parsePolicyName(name), document })
      })
      context.report({ json: { user, name }, text: `User ${user} has the policy ${name}.` })
    })

  policy
    .command('get')
    .argument('<name>')
    .requiredOption('--user <name>', 'the user that has it')
    .description('print the document of a policy')
    .addHelpText('after', '\nExample:\n  credence policy get tokens --user deployer')
    .action(async (name: string, { user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      const policies = await listPolicies(context, user)
      const found = policies.find(each => each.name === name)
      if (found === undefined) {
        throw new CliError('record', `User ${user} has no policy ${name}.`)
      }
      context.report({ json: { user, ...found }, text: found.document })
    })

  policy
    .command('list')
    .requiredOption('--user <name>', 'whose policies')
    .description('list the policies of a user')
    .addHelpText('after', '\nExample:\n  credence policy list --user deployer')
    .action(async ({ user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      const policies = await listPolicies(context, user)
      const rows = policies.map(({ name, document }) => [name, `${document.length} characters`])
      context.report({ json: policies, text: formatTable(['NAME', 'SIZE'], rows, 'No policies.') })
    })

  policy
    .command('delete')
    .argument('<name>')
    .requiredOption('--user <name>', 'the user that loses it')
    .description('take a policy from a user')
    .addHelpText('after', '\nExample:\n  credence policy delete tokens --user deployer')
    .action(async (name: string, { user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      await context.withData(async data => {
        const account = await context.findAccount(data)
        const { id } = await context.findUser(data, account, user)
        await data.store.deleteUserPolicy(account.id, id, name)
      })
      context.report({ json: { user, name }, text: `User ${user} has lost the policy ${name}.` })
    })
}

async function listPolicies(context: CommandContext, user: string) {
  return context.withData(async data => {
    const account = await context.findAccount(data)
    const { id } = await context.findUser(data, account, user)
    return data.store.listUserPolicies(account.id, id)
  })
}

function readDocument(terminal: Terminal, file: string): string {
  try {
    return terminal.readFile(file)
  } catch (cause) {
    throw new CliError('usage', `${file} cannot be read: ${String(cause)}`, { cause })
  }
}

function parsePolicyName(name: string): string {
  if (/^[\w+=,.@-]{1,128}$/.test(name)) return name
  throw new CliError('usage', `${name} is not a policy name: 1 to 128 letters, digits and _+=,.@-`)
}
