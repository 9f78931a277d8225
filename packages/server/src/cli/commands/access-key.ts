import { type Command, Option } from 'commander'
import { createAccessKey, deleteAccessKey, setAccessKeyStatus } from '../../changes/access-keys.ts'
import type { Turn } from '../../changes/turn.ts'
import type { OpenData } from '../../composition.ts'
import type { AccessKey, Account, User } from '../../principals/entities.ts'
import { type AccessKeyId, isAccessKeyId } from '../../principals/identifiers.ts'
import type { StoreReader } from '../../store/ports.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'

interface OwnerOptions {
  readonly user?: string
  readonly root?: true
}

/** `credence access-key …` */
export function addAccessKeyCommands(program: Command, terminal: Terminal): void {
  const accessKey = program
    .command('access-key')
    .description('long-term access keys of users and of account roots')
  withExample(accessKey, 'credence access-key create --user deployer')

  const create = withOwner(accessKey.command('create'))
    .description('make an access key; its secret is shown this once')
    .action(async (options: OwnerOptions, command: Command) => {
      requireOwner(options)
      const context = new CommandContext(terminal, command)
      const created = await context.withData(async data => {
        const { account, user } = await findOwner(context, data, options)
        const { sealer } = data
        return context.inTurn(data, [account.id], turn =>
          createAccessKey({ ...turn, sealer }, account.id, user?.id ?? null),
        )
      })
      const secretAccessKey = created.secret.reveal()
      context.report({
        json: { accessKeyId: created.id, secretAccessKey },
        text: `Access key id:      ${created.id}\nSecret access key:  ${secretAccessKey}\nThe secret is not shown again.`,
      })
    })
  withExample(create, 'credence access-key create --user deployer')

  const list = withOwner(accessKey.command('list'))
    .description('list the access keys of a user or of the root')
    .action(async (options: OwnerOptions, command: Command) => {
      requireOwner(options)
      const context = new CommandContext(terminal, command)
      const keys = await context.withData(async data => {
        const { account, user } = await findOwner(context, data, options)
        return data.store.listAccessKeys(account.id, user?.id ?? null)
      })
      const described = keys.map(toAccessKeyOutput)
      const rows = described.map(({ id, status, createdAt }) => [id, status, createdAt])
      context.report({
        json: described,
        text: formatTable(['ID', 'STATUS', 'CREATED'], rows, 'No access keys.'),
      })
    })
  withExample(list, 'credence access-key list --user deployer')

  for (const [name, status] of [
    ['enable', 'Active'],
    ['disable', 'Inactive'],
  ] as const) {
    const change = accessKey
      .command(name)
      .argument('<id>', 'AKIA…', parseId)
      .description(name === 'enable' ? 'let a key sign again' : 'refuse what a key signs')
      .action(async (id: AccessKeyId, _options: object, command: Command) => {
        const context = new CommandContext(terminal, command)
        const found = await changeKey(context, id, async (turn, key) => {
          await setAccessKeyStatus(turn, key, status)
          return toAccessKeyOutput({ ...key, status })
        })
        context.report({ json: found, text: `Access key ${found.id} is ${status.toLowerCase()}.` })
      })
    withExample(change, `credence access-key ${name} AKIAIOSFODNN7EXAMPLE`)
  }

  const remove = accessKey
    .command('delete')
    .argument('<id>', 'AKIA…', parseId)
    .description('delete an access key for good')
    .action(async (id: AccessKeyId, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const deleted = await changeKey(context, id, async (turn, key) => {
        await deleteAccessKey(turn, key)
        return toAccessKeyOutput(key)
      })
      context.report({ json: deleted, text: `Access key ${deleted.id} is deleted.` })
    })
  withExample(remove, 'credence access-key delete AKIAIOSFODNN7EXAMPLE')
}

function withOwner(command: Command): Command {
  return command
    .addOption(new Option('--user <name>', 'the user it belongs to').conflicts('root'))
    .addOption(new Option('--root', 'it belongs to the root of the account'))
}

function requireOwner({ user, root }: OwnerOptions): void {
  if (user !== undefined || root === true) return
  throw new CliError('usage', 'Say whose access keys: --user NAME or --root.')
}

async function findOwner(
  context: CommandContext,
  data: OpenData,
  { user }: OwnerOptions,
): Promise<{ readonly account: Account; readonly user: User | null }> {
  const account = await context.findAccount(data)
  return { account, user: user === undefined ? null : await context.findUser(data, account, user) }
}

/** A wrong text is not repeated, because it may be a secret that was put in the wrong place. */
function parseId(text: string): AccessKeyId {
  if (isAccessKeyId(text)) return text
  throw new CliError('usage', 'This is not an access key id: 16 to 128 letters and digits.')
}

function changeKey<Result>(
  context: CommandContext,
  id: AccessKeyId,
  work: (turn: Turn, key: AccessKey) => Promise<Result>,
): Promise<Result> {
  return context.withData(async data => {
    const { accountId } = await findKey(data.store, id)
    return context.inTurn(data, [accountId], async turn =>
      work(turn, await findKey(turn.store, id)),
    )
  })
}

async function findKey(store: StoreReader, id: AccessKeyId): Promise<AccessKey> {
  const key = await store.findAccessKey(id)
  if (key === null) throw new CliError('record', `There is no access key ${id}.`)
  return key
}

function toAccessKeyOutput({ id, status, createdAtMs }: AccessKey): {
  readonly id: AccessKeyId
  readonly status: AccessKey['status']
  readonly createdAt: string
} {
  return { id, status, createdAt: new Date(createdAtMs).toISOString() }
}
