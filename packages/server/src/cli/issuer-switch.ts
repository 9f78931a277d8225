import { type Command, Option } from 'commander'
import { stringify } from 'yaml'
import { type OpenData, recordNameChange, toInspected } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { formatDuration, parseDuration } from '../config/durations.ts'
import { findLeastKeptMs } from '../config/key-rules.ts'
import { findIssuerUrlSetting } from '../config/serve-config.ts'
import { formatOrigin } from '../config/setting.ts'
import { switchNames, toFileSettings, writeNames } from '../config/switch-names.ts'
import { type Finding, inspectIssuers } from '../doctor/inspect-issuers.ts'
import type { IssuerName } from '../issuer/issuer-names.ts'
import type { Account } from '../principals/entities.ts'
import { listAll } from '../store/list-all.ts'
import { CliError } from './cli-error.ts'
import { CommandContext } from './command-context.ts'
import { withExample } from './help.ts'
import { listOwnNames, type OwnName, requireServedName } from './issuer-names.ts'
import { warn } from './key-changes.ts'
import { formatInstant } from './key-slots.ts'
import { rewriteFile } from './private-files.ts'
import { inspectTargets } from './publishing.ts'
import type { Terminal } from './terminal.ts'

interface SwitchOptions {
  readonly to?: string
  readonly back?: boolean
  readonly keep: number
  readonly write?: boolean
  readonly dryRun?: boolean
}

/** From which name to which, and until when the former is served. */
interface Switch {
  readonly from: IssuerName
  readonly to: IssuerName
  readonly until: string
}

/** `credence issuer switch` */
export function addIssuerSwitchCommand(issuer: Command, terminal: Terminal): void {
  const keep = new Option('--keep <duration>', 'how long the former name is served')
    .argParser(readKeep)
    .default(KEEP_MS, formatDuration(KEEP_MS))
  const command = issuer
    .command('switch')
    .option('--to <name>', 'the name that new tokens are to have')
    .option('--back', 'to the name that has an end, in place of --to')
    .addOption(keep)
    .option('--write', 'write it into the configuration file')
    .option('--dry-run', 'look at everything, and write nothing')
    .description('have another configured name stand in tokens, once verifiers can read it')
    .action(async (options: SwitchOptions, actionCommand: Command) => {
      const context = new CommandContext(terminal, actionCommand)
      await context.withData((data, config) => switchIssuer(context, data, config, options))
    })
  withExample(command, 'credence issuer switch --to https://sts.example.com --write')
}

const KEEP_MS = 30 * 86_400_000

/** Reports progress after each of so many accounts. */
const PROGRESS_ACCOUNTS = 100

async function switchIssuer(
  context: CommandContext,
  data: OpenData,
  config: Config,
  options: SwitchOptions,
): Promise<void> {
  const { terminal } = context
  const wanted = planSwitch(data, config, options, terminal.clock.nowMs())
  const isWritten = options.write === true && options.dryRun !== true
  if (isWritten) requireFileOrigins(context)
  const { from, to, until } = wanted
  const settings = switchNames(config.issuer, { from: from.text, to: to.text, until })

  const accounts = await listAll(page => data.store.listAccounts(page))
  const findings = [
    ...(await inspectIssuers(toInspected(data, [to]), withProgress(context, accounts))),
    ...(await inspectTargets(
      { data, config, terminal },
      accounts,
      ({ issuerName }) => issuerName === to.text,
    )),
  ]
  const problems = findings.filter(({ problem }) => problem !== null)
  if (problems.length > 0) refuse(context, to, findings, problems)

  if (isWritten) writeFile(context, settings)
  const own = await listOwnNames(data)
  const file = context.configFile === null ? '' : ` --config ${context.configFile}`
  const back = `credence issuer switch --to ${from.text} --write${file}`
  context.report({
    json: {
      ...{ from: from.text, to: to.text, until, documents: findings.length, written: isWritten },
      settings: toFileSettings(settings),
      ownNames: own.map(({ account, signAs }) => ({ account: account.id, name: signAs })),
      back,
    },
    text: [
      `${findings.length} documents are right under ${to.text}.`,
      ...(findings.length === 0
        ? ['No account has an issuer yet, so there was nothing to see.']
        : []),
      '',
      stringify({ issuer: toFileSettings(settings) }, { lineWidth: 0 }).trimEnd(),
      '',
      isWritten
        ? `That stands in ${context.configFile} now. Restart the servers, one after another: until then they sign as ${from.text}, which all of them serve.`
        : `Nothing is written. Put that into the configuration, or run this with --write, and restart the servers, one after another.`,
      ...formatOwnNames(own, from),
      `The way back: ${back}`,
    ].join('\n'),
  })
  if (!isWritten) return
  const details = { by: 'issuer switch', from: from.text, to: to.text, until }
  warn(context, await recordNameChange(config, terminal, { name: 'IssuerSwitched', details }))
}

/** There may be many accounts, and each is asked for over the network. */
function* withProgress(context: CommandContext, accounts: readonly Account[]): Iterable<Account> {
  for (const [index, account] of accounts.entries()) {
    if (index > 0 && index % PROGRESS_ACCOUNTS === 0 && !context.isJson) {
      context.terminal.printError(`${index} of ${accounts.length} accounts\n`)
    }
    yield account
  }
}

function planSwitch(
  { issuerNames }: OpenData,
  config: Config,
  { to: text, back, keep: keepMs }: SwitchOptions,
  nowMs: number,
): Switch {
  if ((text === undefined) !== (back === true)) {
    throw new CliError('usage', 'Say where to: either --to with a name, or --back.')
  }
  if (findIssuerUrlSetting(config) === null) {
    throw new CliError('config', 'Neither issuer.baseUrl nor issuer.hostPattern is configured.')
  }
  const leastMs = findLeastKeptMs(config)
  if (keepMs < leastMs) {
    const least = formatDuration(leastMs)
    throw new CliError(
      'usage',
      `--keep must be at least ${least}: tokens that are good need the name.`,
    )
  }
  const to =
    text === undefined
      ? findWayBack(issuerNames.listServed())
      : requireServedName({ issuerNames }, text)
  const from = issuerNames.signing
  if (to === from) throw new CliError('record', `New tokens have the name ${to.text} already.`)
  requireNamedTargets(config, from, to)
  // Whole seconds, as the configuration has them.
  const until = formatInstant(Math.ceil((nowMs + keepMs) / 1000) * 1000)
  return { from, to, until }
}

/**
 * A target without a name has the documents of the one in new tokens. After the switch it would have
 * those of the new name, where verifiers read those of the former.
 */
function requireNamedTargets({ publish }: Config, from: IssuerName, to: IssuerName): void {
  const nameless = publish.targets.filter(({ issuer }) => issuer === undefined)
  if (nameless.length === 0) return
  const names = nameless.map(({ name }) => name).join(', ')
  throw new CliError(
    'config',
    `publish.targets has ${names} without an \`issuer\`. With the switch the documents of ${to.text} would take the place of those of ${from.text} there. Write \`issuer: ${from.text}\` first, and add a target for ${to.text} if its verifiers are to read from one.`,
  )
}

/** The one name that ends: a switch has left it. */
function findWayBack(served: readonly IssuerName[]): IssuerName {
  const [name, ...others] = served.filter(({ untilMs }) => untilMs !== null)
  if (name !== undefined && others.length === 0) return name
  const reason = name === undefined ? 'No name has an end' : 'Several names have an end'
  throw new CliError(
    'record',
    `${reason}, so it is not clear which is the former one. Name it with --to.`,
  )
}

/** What comes from elsewhere would win over the file, or be missing there. */
function requireFileOrigins(context: CommandContext): void {
  const names = ['baseUrl', 'hostPattern', 'aliases', 'signAs'].map(name => `issuer.${name}`)
  for (const { key, origin } of context.loadConfig().settings) {
    if (!names.includes(key) || origin.kind === 'file' || origin.kind === 'default') continue
    throw new CliError(
      'config',
      `${key} comes from ${formatOrigin(origin)}, and only a file can be written: leave --write out, and put there what is printed.`,
    )
  }
}

function refuse(
  context: CommandContext,
  to: IssuerName,
  findings: readonly Finding[],
  problems: readonly Finding[],
): never {
  const lines = problems.map(({ what, problem }) => `PROBLEM  ${what}\n         ${problem}`)
  context.report({ json: findings, text: lines.join('\n') })
  throw new CliError(
    'unverified',
    `${problems.length} of ${findings.length} documents are not right under ${to.text}, so verifiers could not use its tokens. Nothing is changed. Do all servers have the name in their configuration, and does it lead to them with its \`Host\`?`,
  )
}

function writeFile(context: CommandContext, settings: Parameters<typeof writeNames>[1]): void {
  const { configFile, terminal } = context
  if (configFile === null) throw new CliError('config', 'There is no configuration file to write.')
  const text = writeNames(terminal.readFile(configFile), settings)
  // What would not be read as it is meant is not written.
  context.loadConfig(() => text)
  rewriteFile(configFile, text, terminal.random)
}

function formatOwnNames(own: readonly OwnName[], from: IssuerName): readonly string[] {
  const staying = own.filter(({ signAs }) => signAs === from.text).map(({ account }) => account.id)
  if (own.length === 0) return []
  const some =
    staying.length === 0
      ? ''
      : ` Of these sign as ${from.text}: ${staying.slice(0, 10).join(', ')}${staying.length > 10 ? ', …' : ''}.`
  return [
    `${own.length} accounts have chosen a name and keep it: \`credence issuer sign-as default\` has them follow.${some}`,
  ]
}

function readKeep(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs !== null) return durationMs
  throw new CliError('usage', '--keep takes a duration such as 30d or 48h.')
}
