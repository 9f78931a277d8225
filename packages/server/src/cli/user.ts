import { type Command, InvalidArgumentError } from 'commander'
import { formatUserArn } from '../principals/arn.ts'
import type { Account, User } from '../principals/entities.ts'
import { formatUniqueId } from '../principals/identifiers.ts'
import { parsePrincipalName, parsePrincipalPath } from '../principals/names.ts'
import { parsePrincipalTags, type Tag } from '../principals/tags.ts'
import { CommandContext } from './command-context.ts'
import { listAll } from './list-all.ts'
import { formatTable, type Terminal } from './terminal.ts'

/** `credence user …` */
export function addUserCommands(program: Command, terminal: Terminal): void {
  const user = program.command('user').description('IAM users of an account')

  user
    .command('create')
    .argument('<name>')
    .option('--path <path>', 'part of the ARN before the name', '/')
    .option('--tag <key=value>', 'a principal tag (repeatable)', collectTag, [])
    .description('make a user; it may do nothing until it has a policy')
    .addHelpText('after', '\nExample:\n  credence user create deployer --path /ci/ --tag team=web')
    .action(
      async (
        name: string,
        options: { readonly path: string; readonly tag: readonly Tag[] },
        command: Command,
      ) => {
        const context = new CommandContext(terminal, command)
        const result = await context.withData(async data => {
          const account = await context.findAccount(data)
          const created: User = {
            accountId: account.id,
            id: formatUniqueId('user', terminal.random.bytes(17)),
            name: parsePrincipalName(name),
            path: parsePrincipalPath(options.path),
            createdAtMs: terminal.clock.nowMs(),
            tags: parsePrincipalTags(options.tag),
            permissionsBoundaryArn: null,
          }
          await data.store.createUser(created)
          return describe(account, created)
        })
        context.report({ json: result, text: `User ${result.arn} is made.` })
      },
    )

  user
    .command('list')
    .description('list the users of the account')
    .addHelpText('after', '\nExample:\n  credence user list')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const users = await context.withData(async data => {
        const account = await context.findAccount(data)
        const all = await listAll(page => data.store.listUsers(account.id, page))
        return all.map(each => describe(account, each))
      })
      const rows = users.map(({ name, arn, tags }) => [
        name,
        arn,
        tags.map(({ key, value }) => `${key}=${value}`).join(' '),
      ])
      context.report({ json: users, text: formatTable(['NAME', 'ARN', 'TAGS'], rows, 'No users.') })
    })

  user
    .command('delete')
    .argument('<name>')
    .description('delete a user with its policies and access keys')
    .addHelpText('after', '\nExample:\n  credence user delete deployer')
    .action(async (name: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const deleted = await context.withData(async data => {
        const account = await context.findAccount(data)
        const found = await context.findUser(data, account, name)
        await data.store.deleteUser(account.id, found.id)
        return describe(account, found)
      })
      context.report({ json: deleted, text: `User ${deleted.arn} is deleted.` })
    })

  user
    .command('tag')
    .argument('<name>')
    .argument('<key=value...>', 'all tags that the user shall have')
    .description('replace the tags of a user: the claim principal_tags')
    .addHelpText('after', '\nExample:\n  credence user tag deployer team=web stage=test')
    .action(async (name: string, texts: readonly string[], _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const tags = parsePrincipalTags(
        texts.reduce<readonly Tag[]>((sofar, text) => collectTag(text, sofar), []),
      )
      const tagged = await saveTags(context, name, tags)
      context.report({ json: tagged, text: `User ${tagged.arn} has ${tags.length} tags.` })
    })

  user
    .command('untag')
    .argument('<name>')
    .description('remove all tags of a user')
    .addHelpText('after', '\nExample:\n  credence user untag deployer')
    .action(async (name: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const untagged = await saveTags(context, name, [])
      context.report({ json: untagged, text: `User ${untagged.arn} has no tags.` })
    })
}

async function saveTags(context: CommandContext, name: string, tags: readonly Tag[]) {
  return context.withData(async data => {
    const account = await context.findAccount(data)
    const found = await context.findUser(data, account, name)
    await data.store.saveUserTags(account.id, found.id, tags)
    return describe(account, { ...found, tags })
  })
}

function describe(account: Account, user: User) {
  const { id, name, path, createdAtMs, tags } = user
  const home = { partition: account.partition, accountId: account.id }
  const createdAt = new Date(createdAtMs).toISOString()
  return { arn: formatUserArn(home, path, name), id, name, path, createdAt, tags }
}

/** Reads one `key=value` and adds it. */
export function collectTag(text: string, tags: readonly Tag[]): readonly Tag[] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('expected key=value')
  return [...tags, { key: text.slice(0, equals), value: text.slice(equals + 1) }]
}
