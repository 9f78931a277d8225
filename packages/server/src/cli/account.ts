import type { Command } from 'commander'
import type { Account } from '../principals/entities.ts'
import { parseAccountId } from '../principals/identifiers.ts'
import { parseOrganizationPlacement } from '../principals/organization.ts'
import { CommandContext } from './command-context.ts'
import { listAll } from './list-all.ts'
import { formatTable, type Terminal } from './terminal.ts'

/** `credence account …` */
export function addAccountCommands(program: Command, terminal: Terminal): void {
  const account = program
    .command('account')
    .description('accounts: each has its own users, policies, issuer and keys')

  account
    .command('create')
    .argument('<id>', 'twelve digits')
    .option('--name <name>', 'a name for people', '')
    .description('make an account')
    .addHelpText('after', '\nExample:\n  credence account create 210987654321 --name staging')
    .action(async (id: string, options: { readonly name: string }, command: Command) => {
      const context = new CommandContext(terminal, command)
      const created = await context.withData(async ({ store }, config) => {
        const made: Account = {
          id: parseAccountId(id),
          partition: config.account.partition,
          name: options.name,
          createdAtMs: terminal.clock.nowMs(),
          organization: null,
        }
        await store.createAccount(made)
        return made
      })
      context.report({ json: created, text: `Account ${created.id} is made.` })
    })

  account
    .command('list')
    .description('list all accounts')
    .addHelpText('after', '\nExample:\n  credence account list --json')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const accounts = await context.withData(({ store }) =>
        listAll(page => store.listAccounts(page)),
      )
      const rows = accounts.map(each => [
        each.id,
        each.partition,
        each.name,
        each.organization === null ? '' : formatPath(each.organization),
      ])
      context.report({
        json: accounts,
        text: formatTable(['ID', 'PARTITION', 'NAME', 'ORGANIZATION'], rows, 'No accounts.'),
      })
    })

  account
    .command('place')
    .argument('<path>', 'o-ORGANIZATION/r-ROOT/ou-UNIT/…, or `none` to take it out')
    .option('--management', 'it is the management account')
    .description('place the account in an organization: claims org_id and ou_path')
    .addHelpText(
      'after',
      '\nExample:\n  credence account place o-example1234/r-ab12/ou-ab12-11111111 --account 123456789012',
    )
    .action(async (path: string, options: { readonly management?: true }, command: Command) => {
      const context = new CommandContext(terminal, command)
      const organization =
        path === 'none' ? null : parseOrganizationPlacement(path, options.management === true)
      const id = await context.withData(async data => {
        const found = await context.findAccount(data)
        await data.store.placeAccount(found.id, organization)
        return found.id
      })
      const place = organization === null ? 'in no organization' : `at ${formatPath(organization)}`
      context.report({ json: { id, organization }, text: `Account ${id} is ${place}.` })
    })
}

function formatPath({ organizationId, path }: NonNullable<Account['organization']>): string {
  return [organizationId, ...path].join('/')
}
