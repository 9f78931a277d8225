import type { Command } from 'commander'
import { checkTarget } from '../../publishing/check-target.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { findAccountIds, formatInstant } from '../key-slots.ts'
import { type CommandData, publishAccounts, withTargets } from '../publishing.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'

/** Issuers that fail are named as long as there are no more of them. */
const MAX_NAMED = 10

/** `credence publish …` */
export function addPublishCommands(program: Command, terminal: Terminal): void {
  const publish = program
    .command('publish')
    .description('the places besides the server where verifiers read keys')
  withExample(publish, 'credence publish status')

  const status = publish
    .command('status')
    .description('list the targets, and what cannot be seen there')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const targets = await context.withData((data, config) =>
        findStatus({ data, config, terminal }),
      )
      const rows = targets.map(each => [
        each.name,
        each.kind,
        each.required ? 'yes' : 'no',
        String(each.visible),
        String(each.failingIssuers),
        each.failure === null ? 'works' : `fails since ${each.failingSince}`,
      ])
      const header = ['TARGET', 'KIND', 'REQUIRED', 'VISIBLE', 'FAILING', 'STATE']
      const failures = targets.flatMap(({ name, failure, failing }) => [
        ...(failure === null ? [] : [`${name}: ${failure}`]),
        ...failing.map(each => `${name}: issuer ${each.issuerId}: ${each.failure}`),
      ])
      const table = formatTable(header, rows, 'Nothing is published besides the server itself.')
      context.report({ json: targets, text: [table, ...failures].join('\n') })
    })
  withExample(status, 'credence publish status --json')

  const now = publish
    .command('now')
    .argument('[target]', 'one target; all of them unless given')
    .description('publish what the store has, and look at it as verifiers do')
    .action(async (target: string | undefined, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const published = await context.withData(async (data, config) => {
        if (target !== undefined) requireTarget({ data, config, terminal }, target)
        const accountIds = await findAccountIds(context, data, !context.hasAccount)
        return publishAccounts(
          { data, config, terminal },
          accountIds,
          each => target === undefined || each.target.name === target,
        )
      })
      const lines = published.map(each =>
        each.problem === null
          ? `ok       ${each.target}: ${each.account}: ${each.writes} documents written`
          : `PROBLEM  ${each.target}: ${each.account}\n         ${each.problem}`,
      )
      context.report({ json: published, text: lines.join('\n') || 'There is nothing to publish.' })
      const problems = published.filter(({ problem }) => problem !== null).length
      if (problems > 0) {
        throw new CliError('unverified', `${problems} of ${published.length} are not visible.`)
      }
    })
  withExample(now, 'credence publish now site --account 123456789012')

  const check = publish
    .command('check')
    .argument('<target>', 'its name in publish.targets')
    .description('try everything at a target that publishing needs, with an issuer of no account')
    .action(async (name: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const findings = await context.withData((data, config) => {
        requireTarget({ data, config, terminal }, name)
        return withTargets({ data, config, terminal }, async ({ targets, deps }) => {
          const found = targets.find(({ target }) => target.name === name)
          return found === undefined ? [] : checkTarget(deps, found)
        })
      })
      const lines = findings.map(({ what, problem }) =>
        problem === null ? `ok       ${what}` : `PROBLEM  ${what}\n         ${problem}`,
      )
      context.report({ json: findings, text: lines.join('\n') })
      const problems = findings.filter(({ problem }) => problem !== null).length
      if (problems > 0) {
        throw new CliError('unverified', `The target ${name} cannot be used as it is.`)
      }
    })
  withExample(check, 'credence publish check site')
}

function requireTarget({ config }: CommandData, name: string): void {
  const names = config.publish.targets.map(each => each.name)
  if (names.includes(name)) return
  const known = names.length === 0 ? 'publish.targets is empty' : `there are ${names.join(', ')}`
  throw new CliError('usage', `There is no target ${name}: ${known}.`)
}

async function findStatus({ data, config }: CommandData) {
  const { store } = data
  const counts = await store.countPublications()
  return Promise.all(
    config.publish.targets.map(async ({ name, kind, publicUrl, required }) => {
      const count = counts.find(({ target }) => target === name)
      const known = await store.findPublishingTarget(name)
      const failing = await store.listFailingPublications(name, MAX_NAMED)
      return {
        name,
        kind,
        publicUrl,
        required,
        visible: count?.visible ?? 0,
        failingIssuers: count?.failing ?? 0,
        failingSince: formatInstant(known?.failingSinceMs ?? null),
        failure: known?.failure ?? null,
        failing: failing.map(({ issuerId, failingSinceMs, failure }) => ({
          issuerId,
          failingSince: formatInstant(failingSinceMs),
          failure,
        })),
      }
    }),
  )
}
