import type { Command } from 'commander'
import { deleteInlinePolicy, putInlinePolicy } from '../../changes/inline-policies.ts'
import type { InlinePolicy } from '../../principals/entities.ts'
import { parseName } from '../../principals/names.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { formatFinding, lintDocument } from '../policy-document.ts'
import { readInputFile } from '../read-input-file.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'
import { parsedBy } from '../usage-error.ts'
import { addPolicyExplainCommand } from './policy-explain.ts'
import { addPolicyLintCommand } from './policy-lint.ts'
import { addPolicySimulateCommand } from './policy-simulate.ts'

interface UserOption {
  readonly user: string
}

/** `credence policy …` */
export function addPolicyCommands(program: Command, terminal: Terminal): void {
  const policy = program
    .command('policy')
    .description('inline policies of users; and what policies decide')
  withExample(policy, 'credence policy put tokens policy.json --user deployer')

  const put = policy
    .command('put')
    .argument(
      '<name>',
      '1 to 128 letters, digits and _+=,.@-',
      parsedBy(text => parseName('policy', text)),
    )
    .argument('<file>', 'the JSON document, or - for standard input')
    .requiredOption('--user <name>', 'the user that gets it')
    .description('give a user a policy, or replace it')
    .action(async (name: string, file: string, { user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      const document = await readInputFile(terminal, file)
      const warnings = lintDocument(document, file, 'identity', terminal.clock.nowMs()).map(
        formatFinding,
      )
      await context.withData(async data => {
        const account = await context.findAccount(data)
        await context.inTurn(data, [account.id], async turn => {
          const holder = { kind: 'user', ...(await context.findUser(turn, account, user)) } as const
          await putInlinePolicy(turn, holder, { name, document })
        })
      })
      if (!context.isJson) {
        for (const warning of warnings) terminal.printError(`warning: ${warning}\n`)
      }
      context.report({
        json: { user, name, warnings },
        text: `User ${user} has the policy ${name}.`,
      })
    })
  withExample(put, 'credence policy put tokens policy.json --user deployer')

  const get = policy
    .command('get')
    .argument('<name>')
    .requiredOption('--user <name>', 'the user that has it')
    .description('print the document of a policy')
    .action(async (name: string, { user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      const found = requirePolicy(await listPolicies(context, user), user, name)
      context.report({ json: { user, ...found }, text: found.document.trimEnd() })
    })
  withExample(get, 'credence policy get tokens --user deployer')

  const list = policy
    .command('list')
    .requiredOption('--user <name>', 'whose policies')
    .description('list the policies of a user')
    .action(async ({ user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      const policies = await listPolicies(context, user)
      const rows = policies.map(({ name, document }) => [name, `${document.length} characters`])
      context.report({ json: policies, text: formatTable(['NAME', 'SIZE'], rows, 'No policies.') })
    })
  withExample(list, 'credence policy list --user deployer')

  const remove = policy
    .command('delete')
    .argument('<name>')
    .requiredOption('--user <name>', 'the user that loses it')
    .description('take a policy from a user')
    .action(async (name: string, { user }: UserOption, command: Command) => {
      const context = new CommandContext(terminal, command)
      await context.withData(async data => {
        const account = await context.findAccount(data)
        await context.inTurn(data, [account.id], async turn => {
          const holder = { kind: 'user', ...(await context.findUser(turn, account, user)) } as const
          const policies = await turn.store.listInlinePolicies(account.id, holder.id)
          await deleteInlinePolicy(turn, holder, requirePolicy(policies, user, name).name)
        })
      })
      context.report({ json: { user, name }, text: `User ${user} has lost the policy ${name}.` })
    })
  withExample(remove, 'credence policy delete tokens --user deployer')

  addPolicyLintCommand(policy, terminal)
  addPolicySimulateCommand(policy, terminal)
  addPolicyExplainCommand(policy, terminal)
}

async function listPolicies(context: CommandContext, user: string) {
  return context.withData(async data => {
    const account = await context.findAccount(data)
    const { id } = await context.findUser(data, account, user)
    return data.store.listInlinePolicies(account.id, id)
  })
}

function requirePolicy(
  policies: readonly InlinePolicy[],
  user: string,
  name: string,
): InlinePolicy {
  const found = policies.find(each => each.name === name)
  if (found !== undefined) return found
  throw new CliError('record', `User ${user} has no policy ${name}.`)
}
