import type { Command } from 'commander'
import { type OpenData, recordKeyChanges } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { findKeyTimes } from '../config/key-rules.ts'
import { findBlastRadius } from '../issuer/keys/blast-radius.ts'
import { revokeInSlot } from '../issuer/keys/operate.ts'
import type { AccountId } from '../principals/identifiers.ts'
import { PUBLISHED_STATES } from '../store/key-ports.ts'
import type { IssuerKey } from '../store/ports.ts'
import { CliError } from './cli-error.ts'
import { CommandContext } from './command-context.ts'
import { toFailure } from './failure.ts'
import { withExample } from './help.ts'
import { warn, warnOf } from './key-changes.ts'
import { revokeInEmergency } from './key-emergency.ts'
import { formatRadius, toRadiusOutput } from './key-radius.ts'
import {
  createKeyDeps,
  findAccountIds,
  findKeyId,
  type SlotOptions,
  toKeyOutput,
  withAlgorithm,
} from './key-slots.ts'
import { readRecordedTokens } from './key-tokens.ts'
import { type CommandData, type Published, publishAccounts } from './publishing.ts'
import type { Terminal } from './terminal.ts'

interface RevokeOptions extends SlotOptions {
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly listTokens?: boolean
  readonly reason?: string
  readonly emergency?: boolean
}

/** `credence key revoke` */
export function addKeyRevokeCommand(key: Command, terminal: Terminal): void {
  const revoke = withAlgorithm(key.command('revoke'))
    .argument('[kid]', 'the key; the one that signs unless given')
    .option(
      '--all',
      'every key of the account, also the one that stands by: the master key is known',
    )
    .option('--every-account', 'the keys of all accounts')
    .option('--reason <text>', 'why, for the audit')
    .option('--list-tokens', 'list the tokens in the audit file that the revoked keys have signed')
    .option('--dry-run', 'say what would be done, and change nothing')
    .option(
      '--emergency',
      'write the kid to a file beside the store, for all processes to read within a second: while the store cannot be written',
    )
    .description('end a key at once, and say who may still trust it and until when')
    .action(async (kid: string | undefined, options: RevokeOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      if (options.emergency === true) revokeInEmergency(context, kid, options)
      else
        await hintAtEmergency(() =>
          context.withData((data, config) => run(context, data, config, kid, options)),
        )
    })
  withExample(revoke, 'credence key revoke --reason "seen in a log" --list-tokens')
}

/** Says what works without the store, where the store is what fails. */
async function hintAtEmergency(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { reason, message, details } = toFailure(error)
    if (reason !== 'data') throw error
    const hint = 'If the store stays away: `credence key revoke KID --emergency` needs none.'
    throw new CliError('data', `${message} ${hint}`, { details, cause: error })
  }
}

async function run(
  context: CommandContext,
  data: OpenData,
  config: Config,
  kid: string | undefined,
  options: RevokeOptions,
): Promise<void> {
  const { terminal } = context
  const isDryRun = options.dryRun === true
  const deps = createKeyDeps(data, config, terminal)
  const attempts = new Attempts()
  const chosen: IssuerKey[] = []
  for (const accountId of await findAccountIds(context, data, options.everyAccount === true)) {
    const keys = await attempts.try(accountId, () =>
      chooseKeys(data, config, accountId, { kid, ...options }),
    )
    chosen.push(...(keys ?? []))
  }
  if (chosen.length === 0) {
    attempts.throwFirst()
    throw new CliError(
      'record',
      `There is no ${kid === undefined ? 'such key' : `key ${kid}`} that could be revoked.`,
    )
  }
  const revoked = []
  for (const key of chosen) {
    const nowMs = terminal.clock.nowMs()
    const operation = await attempts.try(`${key.accountId} ${findKeyId(config, key)}`, () =>
      revokeInSlot(deps, key, key.generation, { nowMs, isForced: true, isDryRun }),
    )
    if (operation === null) continue
    const keys = operation.outcome === 'done' ? operation.keys : []
    if (!isDryRun) {
      const reason = { by: 'key revoke', reason: options.reason ?? '' }
      warn(context, await recordKeyChanges(config, terminal, keys, reason))
    }
    const successor = keys.find(({ state }) => state === 'active') ?? null
    const isSuccessor = successor !== null && successor.generation !== key.generation
    revoked.push({
      ...toKeyOutput(config, isDryRun ? key : (keys.find(isPlaceOf(key)) ?? key)),
      successor: isSuccessor ? toKeyOutput(config, successor) : null,
      blastRadius: toRadiusOutput(
        findBlastRadius({
          nowMs,
          maxAgeSeconds: config.issuer.cacheMaxAgeSeconds,
          successorVisibleAtMs: isSuccessor ? successor.visibleAtMs : null,
          publishBeforeMs: findKeyTimes(config).publishBeforeMs,
        }),
      ),
    })
  }
  if (revoked.length === 0) attempts.throwFirst()
  const tokens = await findTokens(context, config, revoked, options.listTokens === true)
  const complete = revoked.map(each => ({
    ...each,
    tokens: tokens.get(`${each.account}/${each.kid}`) ?? null,
  }))
  const accountIds = [...new Set(complete.map(({ account }) => account))]
  const published = isDryRun ? [] : await pushRevocation({ data, config, terminal }, accountIds)
  context.report({
    json: {
      dryRun: isDryRun,
      revoked: complete,
      ...(config.publish.targets.length > 0 && { published }),
    },
    text: [
      ...complete.map(each => formatRevoked(each, isDryRun)),
      ...complete.slice(-1).map(each => formatRadius(each.blastRadius)),
      ...published.map(formatPublished),
    ].join('\n\n'),
  })
  attempts.throwAll()
}

/** A running server publishes by itself too; it may not run, and seconds count. */
async function pushRevocation(
  opened: CommandData,
  accountIds: readonly AccountId[],
): Promise<readonly Published[]> {
  try {
    return await publishAccounts(opened, accountIds)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return opened.config.publish.targets.flatMap(({ name: target }) =>
      accountIds.map(account => ({ target, account, writes: 0, problem })),
    )
  }
}

function formatPublished({ target, account, problem }: Published): string {
  return problem === null
    ? `The target ${target} shows the keys of ${account} as they are now.`
    : `The target ${target} may still show the revoked key of ${account}: ${problem}.\nThe server goes on trying; see \`credence publish status\`.`
}

/** Steps of which one that fails keeps none of the others from being taken. */
class Attempts {
  readonly #failures: { readonly what: string; readonly error: unknown }[] = []

  /** What the work resolves to; null when it fails. */
  async try<Result>(what: string, work: () => Promise<Result>): Promise<Result | null> {
    try {
      return await work()
    } catch (error) {
      this.#failures.push({ what, error })
      return null
    }
  }

  /** Where nothing has succeeded, the first failure is what there is to tell. */
  throwFirst(): void {
    const [first] = this.#failures
    if (first !== undefined) throw first.error
  }

  /** @throws CliError Names all that failed, after the rest has been reported. */
  throwAll(): void {
    if (this.#failures.length === 0) return
    const lines = this.#failures.map(
      ({ what, error }) => `${what}: ${error instanceof Error ? error.message : String(error)}`,
    )
    throw new CliError('data', `Not everything is revoked. ${lines.join('\n')}`)
  }
}

async function chooseKeys(
  data: OpenData,
  config: Config,
  accountId: AccountId,
  { kid, algorithm, all }: RevokeOptions & { readonly kid: string | undefined },
): Promise<readonly IssuerKey[]> {
  const keys = await data.store.listIssuerKeys(accountId)
  const found = keys.filter(
    key =>
      PUBLISHED_STATES.includes(key.state) &&
      (algorithm === undefined || key.algorithm === algorithm) &&
      (kid === undefined
        ? all === true || key.state === 'active'
        : findKeyId(config, key) === kid || key.thumbprint === kid),
  )
  // Prepared keys are revoked first. A prepared key that may have leaked with the master key must not
  // follow a revoked one.
  return found.toSorted((a, b) => b.generation - a.generation)
}

const isPlaceOf = (key: IssuerKey) => (each: IssuerKey) =>
  each.generation === key.generation && each.algorithm === key.algorithm

/** The tokens of revoked keys, or how many there are. */
async function findTokens(
  context: CommandContext,
  config: Config,
  revoked: readonly { readonly kid: string | null; readonly account: string }[],
  isListed: boolean,
) {
  const found = new Map<string, { count: number; list: object[] }>()
  for (const { account, kid } of revoked) found.set(`${account}/${kid}`, { count: 0, list: [] })
  try {
    for await (const { keyId, ...token } of readRecordedTokens(config)) {
      const ofKey = found.get(`${token.accountId}/${keyId}`)
      if (ofKey === undefined) continue
      ofKey.count += 1
      if (isListed) ofKey.list.push(token)
    }
  } catch (error) {
    // The key is revoked, so that is said even when the audit can't be read.
    if (!(error instanceof CliError)) throw error
    if (isListed) warnOf(context, 'tokens-not-listed', 'tokens are not listed', error.message)
    return new Map<string, { count: number; list: object[] }>()
  }
  return found
}

type Revoked = ReturnType<typeof toKeyOutput> & {
  readonly successor: ReturnType<typeof toKeyOutput> | null
  readonly blastRadius: ReturnType<typeof toRadiusOutput>
  readonly tokens: { readonly count: number; readonly list: readonly object[] } | null
}

function formatRevoked(key: Revoked, isDryRun: boolean): string {
  const { blastRadius: radius, successor, tokens } = key
  const verb = isDryRun ? 'would be revoked' : 'is revoked'
  const since = key.activatedAt === null ? '' : ` since ${key.activatedAt}`
  const signed =
    tokens === null
      ? `How many tokens it has signed${since} stands in the audit.`
      : `Tokens that it has signed${since}, by the audit file: ${tokens.count}.`
  return [
    `${key.account} ${key.algorithm}: key ${key.kid} (generation ${key.generation}) ${verb}.`,
    successor === null ? null : `Key ${successor.kid} signs from now on.`,
    radius.gapUntil === null
      ? null
      : `Verifiers that have not read that key refuse its tokens until ${radius.gapUntil} at the latest.`,
    signed,
    ...(tokens?.list ?? []).map(token => JSON.stringify(token)),
  ]
    .filter(line => line !== null)
    .join('\n')
}
