import { type Command, Option } from 'commander'
import type { OpenData } from '../composition.ts'
import { createAccessKey } from '../directory/create-access-key.ts'
import type { AccessKey, Account, User } from '../principals/entities.ts'
import { type AccessKeyId, isAccessKeyId } from '../principals/identifiers.ts'
import { CommandContext } from './command-context.ts'
import { CliError } from './exit-codes.ts'
import { formatTable, type Terminal } from './terminal.ts'

interface OwnerOptions {
  readonly user?: string
  readonly root?: true
}

/** `credence access-key …` */
export function addAccessKeyCommands(program: Command, terminal: Terminal): void {
  const accessKey = program
    .command('access-key')
    .description('long-term access keys of users and of account roots')

  withOwner(accessKey.command('create'))
    .description('make an access key; its secret is shown this once')
    .addHelpText('after', '\nExample:\n  credence access-key create --user deployer')
    .action(async (options: OwnerOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const created = await context.withData(async data => {
        const { account, user } = await findOwner(context, data, options)
        const { random, clock } = terminal
        return createAccessKey({ ...data, random }, account.id, user?.id ?? null, clock.nowMs())
      })
      const secretAccessKey = created.secret.reveal()
      context.report({
        json: { accessKeyId: created.id, secretAccessKey },
        text: `Access key id:      ${created.id}\nSecret access key:  ${secretAccessKey}\nThe secret is not shown again.`,
      })
    })

  withOwner(accessKey.command('list'))
    .description('list the access keys of a user or of the root')
    .addHelpText('after', '\nExample:\n  credence access-key list --user deployer')
    .action(async (options: OwnerOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const keys = await context.withData(async data => {
        const { account, user } = await findOwner(context, data, options)
        return data.store.listAccessKeys(account.id, user?.id ?? null)
      })
      const described = keys.map(describe)
      const rows = described.map(({ id, status, createdAt }) => [id, status, createdAt])
      context.report({
        json: described,
        text: formatTable(['ID', 'STATUS', 'CREATED'], rows, 'No access keys.'),
      })
    })

  for (const [name, status] of [
    ['enable', 'Active'],
    ['disable', 'Inactive'],
  ] as const) {
    accessKey
      .command(name)
      .argument('<id>')
      .description(name === 'enable' ? 'let a key sign again' : 'refuse what a key signs')
      .addHelpText('after', `\nExample:\n  credence access-key ${name} AKIAIOSFODNN7EXAMPLE`)
      .action(async (id: string, _options: object, command: Command) => {
        const context = new CommandContext(terminal, command)
        const found = await context.withData(async ({ store }) => {
          const key = await findKey(store, id)
          await store.saveAccessKeyStatus(key.id, status)
          return describe({ ...key, status })
        })
        context.report({ json: found, text: `Access key ${found.id} is ${status.toLowerCase()}.` })
      })
  }

  accessKey
    .command('delete')
    .argument('<id>')
    .description('delete an access key for good')
    .addHelpText('after', '\nExample:\n  credence access-key delete AKIAIOSFODNN7EXAMPLE')
    .action(async (id: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const deleted = await context.withData(async ({ store }) => {
        const key = await findKey(store, id)
        await store.deleteAccessKey(key.id)
        return describe(key)
      })
      context.report({ json: deleted, text: `Access key ${deleted.id} is deleted.` })
    })
}

function withOwner(command: Command): Command {
  return command
    .addOption(new Option('--user <name>', 'the user it belongs to').conflicts('root'))
    .addOption(new Option('--root', 'it belongs to the root of the account'))
}

async function findOwner(
  context: CommandContext,
  data: OpenData,
  options: OwnerOptions,
): Promise<{ readonly account: Account; readonly user: User | null }> {
  const account = await context.findAccount(data)
  if (options.root === true) return { account, user: null }
  if (options.user === undefined) throw new CliError('usage', 'Give --user NAME or --root.')
  return { account, user: await context.findUser(data, account, options.user) }
}

async function findKey(store: OpenData['store'], id: string): Promise<AccessKey> {
  const key = isAccessKeyId(id) ? await store.findAccessKey(id) : null
  if (key === null) throw new CliError('record', `There is no access key ${id}.`)
  return key
}

function describe({ id, status, createdAtMs }: AccessKey): {
  readonly id: AccessKeyId
  readonly status: AccessKey['status']
  readonly createdAt: string
} {
  return { id, status, createdAt: new Date(createdAtMs).toISOString() }
}
