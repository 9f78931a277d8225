import type { Command } from 'commander'
import { changeUser, createUser, deleteUserWithAll } from '../../changes/users.ts'
import { formatUserArn, toArnHome } from '../../principals/arn.ts'
import type { Account, User } from '../../principals/entities.ts'
import { parseName, parsePath } from '../../principals/names.ts'
import { parsePrincipalTags, type Tag } from '../../principals/tags.ts'
import { listAll } from '../../store/list-all.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { collectPair, type Pair, parsePair } from '../pairs.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'
import { mapUsageError, parsedBy } from '../usage-error.ts'

interface CreateOptions {
  readonly path: string
  readonly tag?: readonly Pair[]
}

/** `credence user …` */
export function addUserCommands(program: Command, terminal: Terminal): void {
  const user = program.command('user').description('IAM users of an account')
  withExample(user, 'credence user create deployer --tag team=web')

  const create = user
    .command('create')
    .argument(
      '<name>',
      '1 to 64 letters, digits and _+=,.@-',
      parsedBy(text => parseName('user', text)),
    )
    .option('--path <path>', 'part of the ARN before the name', parsedBy(parsePath), '/')
    .option('--tag <key=value>', 'a principal tag (repeatable)', collectPair('--tag'))
    .description('make a user; it may do nothing until it has a policy')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const tags = parseTags(options.tag ?? [])
      const made = await context.withData(async data => {
        const account = await context.findAccount(data)
        const fields = { name, path: options.path, tags, permissionsBoundaryArn: null }
        const created = await context.inTurn(data, [account.id], turn =>
          createUser(turn, account, fields),
        )
        return toUserOutput(account, created)
      })
      context.report({ json: made, text: `User ${made.arn} is made.` })
    })
  withExample(create, 'credence user create deployer --path /ci/ --tag team=web')

  const list = user
    .command('list')
    .description('list the users of the account')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const users = await context.withData(async data => {
        const account = await context.findAccount(data)
        const all = await listAll(page =>
          data.store.listUsers(account.id, { ...page, pathPrefix: '/' }),
        )
        return all.map(each => toUserOutput(account, each))
      })
      const rows = users.map(({ name, arn, tags }) => [name, arn, formatTags(tags)])
      context.report({ json: users, text: formatTable(['NAME', 'ARN', 'TAGS'], rows, 'No users.') })
    })
  withExample(list, 'credence user list')

  const remove = user
    .command('delete')
    .argument('<name>')
    .description('delete a user with its policies and access keys')
    .action(async (name: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const deleted = await context.withData(async data => {
        const account = await context.findAccount(data)
        const gone = await context.inTurn(data, [account.id], async turn => {
          await context.findUser(turn, account, name)
          return deleteUserWithAll(turn, account, name)
        })
        return toUserOutput(account, gone)
      })
      context.report({ json: deleted, text: `User ${deleted.arn} is deleted.` })
    })
  withExample(remove, 'credence user delete deployer')

  const tag = user
    .command('tag')
    .argument('<name>')
    .argument('<key=value...>', 'all tags that the user shall have')
    .description('replace the tags of a user: the claim principal_tags')
    .action(async (name: string, texts: readonly string[], _options: object, command: Command) => {
      const tags = parseTags(texts.map(text => parsePair(text, 'A tag')))
      const context = new CommandContext(terminal, command)
      const tagged = await saveTags(context, name, tags)
      context.report({ json: tagged, text: `User ${tagged.arn} has the tags ${formatTags(tags)}.` })
    })
  withExample(tag, 'credence user tag deployer team=web stage=test')

  const untag = user
    .command('untag')
    .argument('<name>')
    .description('remove all tags of a user')
    .action(async (name: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const untagged = await saveTags(context, name, [])
      context.report({ json: untagged, text: `User ${untagged.arn} has no tags.` })
    })
  withExample(untag, 'credence user untag deployer')
}

async function saveTags(context: CommandContext, name: string, tags: readonly Tag[]) {
  return context.withData(async data => {
    const account = await context.findAccount(data)
    const tagged = await context.inTurn(data, [account.id], async turn => {
      const found = await context.findUser(turn, account, name)
      return changeUser(turn, account, found, { tags })
    })
    return toUserOutput(account, tagged)
  })
}

function parseTags(pairs: readonly Pair[]): readonly Tag[] {
  return mapUsageError(() => parsePrincipalTags(pairs.map(([key, value]) => ({ key, value }))))
}

function formatTags(tags: readonly Tag[]): string {
  return tags.map(({ key, value }) => `${key}=${value}`).join(' ')
}

function toUserOutput(account: Account, user: User) {
  const { id, name, path, createdAtMs, tags } = user
  const createdAt = new Date(createdAtMs).toISOString()
  return { arn: formatUserArn(toArnHome(account), path, name), id, name, path, createdAt, tags }
}
