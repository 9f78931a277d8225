import type { Command } from 'commander'
import { createAccount, placeAccount } from '../../changes/accounts.ts'
import type { Account } from '../../principals/entities.ts'
import { type AccountId, parseAccountId } from '../../principals/identifiers.ts'
import { parseOrganizationPlacement } from '../../principals/organization.ts'
import { listAll } from '../../store/list-all.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'
import { mapUsageError, parsedBy } from '../usage-error.ts'

/** `credence account …` */
export function addAccountCommands(program: Command, terminal: Terminal): void {
  const account = program
    .command('account')
    .description('accounts: each has its own users, policies, issuer and keys')
  withExample(account, 'credence account create 210987654321 --name staging')

  const create = account
    .command('create')
    .argument('<id>', 'twelve digits', parsedBy(parseAccountId))
    .option('--name <name>', 'a name for people', '')
    .description('make an account')
    .action(async (id: AccountId, options: { readonly name: string }, command: Command) => {
      const context = new CommandContext(terminal, command)
      const created = await context.withData(async (data, { account: { partition } }) => {
        const fields = { id, partition, name: options.name, organization: null }
        return toAccountOutput(
          await context.inTurn(data, [id], turn => createAccount(turn, fields)),
        )
      })
      context.report({ json: created, text: `Account ${created.id} is made.` })
    })
  withExample(create, 'credence account create 210987654321 --name staging')

  const list = account
    .command('list')
    .description('list all accounts')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const accounts = await context.withData(({ store }) =>
        listAll(page => store.listAccounts(page)),
      )
      const rows = accounts.map(({ id, partition, name, organization }) => [
        id,
        partition,
        name,
        organization === null ? '' : formatPlace(organization),
      ])
      context.report({
        json: accounts.map(toAccountOutput),
        text: formatTable(['ID', 'PARTITION', 'NAME', 'ORGANIZATION'], rows, 'No accounts.'),
      })
    })
  withExample(list, 'credence account list --json')

  const place = account
    .command('place')
    .argument('<path>', 'o-ORGANIZATION/r-ROOT/ou-UNIT/…, or `none` to take it out')
    .option('--management', 'it is the management account')
    .description('place the account in an organization: claims org_id and ou_path')
    .action(async (path: string, options: { readonly management?: true }, command: Command) => {
      const context = new CommandContext(terminal, command)
      const organization =
        path === 'none'
          ? null
          : mapUsageError(() => parseOrganizationPlacement(path, options.management === true))
      const placed = await context.withData(async data => {
        const found = await context.findAccount(data)
        return toAccountOutput(
          await context.inTurn(data, [found.id], turn => placeAccount(turn, found, organization)),
        )
      })
      const where = organization === null ? 'in no organization' : `at ${formatPlace(organization)}`
      context.report({ json: placed, text: `Account ${placed.id} is ${where}.` })
    })
  withExample(
    place,
    'credence account place o-example1234/r-ab12/ou-ab12-11111111 --account 123456789012',
  )
}

function toAccountOutput({ createdAtMs, ...account }: Account) {
  return { ...account, createdAt: new Date(createdAtMs).toISOString() }
}

function formatPlace({ organizationId, path }: NonNullable<Account['organization']>): string {
  return [organizationId, ...path].join('/')
}
