import type { Command } from 'commander'
import type { OpenData } from '../../composition.ts'
import type { Config } from '../../config/config.ts'
import { formatDuration } from '../../config/durations.ts'
import { findKeyTimes } from '../../config/key-rules.ts'
import { createKeyRing } from '../../issuer/keys/key-ring.ts'
import { findSchedule } from '../../issuer/keys/schedule.ts'
import { findEarlinessMs, planSteps } from '../../issuer/keys/slot.ts'
import { PUBLISHED_STATES } from '../../store/key-ports.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { addKeyChangeCommands } from '../key-changes.ts'
import {
  findAccountReaders,
  formatReaderCount,
  formatReaders,
  requireReaders,
  toReadersOutput,
} from '../key-readers.ts'
import { addKeyRevokeCommand } from '../key-revoke.ts'
import {
  findAccountIds,
  findKeyId,
  formatInstant,
  listSlots,
  type SlotOptions,
  toKeyOutput,
  withAlgorithm,
} from '../key-slots.ts'
import { countTokens } from '../key-tokens.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'

type ListOptions = SlotOptions & {
  readonly all?: boolean
  readonly tokens?: boolean
  readonly readers?: boolean
}

const YEAR_MS = 365 * 86_400_000

/** `credence key …` */
export function addKeyCommands(program: Command, terminal: Terminal): void {
  const key = program
    .command('key')
    .description('the signing keys of accounts: they follow one another by themselves')
  withExample(key, 'credence key list')

  const list = withAlgorithm(key.command('list'))
    .option('--all', 'also keys that are no longer published')
    .option('--tokens', 'count the tokens in the audit file that each has signed')
    .option(
      '--readers',
      'show who has fetched each key, and who has not looked since it is published',
    )
    .description('list signing keys, what they do, and what happens to them next')
    .action(async (options: ListOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const keys = await context.withData(async (data, config) => {
        const found = await listKeys(context, data, config, options)
        if (options.tokens !== true) return found
        const counts = await countTokens(config)
        return found.map(each => ({
          ...each,
          tokens: counts.get(`${each.account}/${each.kid}`) ?? 0,
        }))
      })
      const header = ['ACCOUNT', 'ALGORITHM', 'KID', 'STATE', 'AGE', 'NEXT']
      if (keys.some(each => 'targets' in each)) header.push('VISIBLE AT')
      if (options.tokens === true) header.push('TOKENS')
      if (options.readers === true) header.push('FETCHED BY')
      const rows = keys.map(each => [
        each.account,
        each.algorithm,
        each.kid ?? '-',
        each.trusted ? each.state : `${each.state}, REFUSED`,
        formatAge(each.ageSeconds),
        each.next === null ? '-' : `${each.next.step} ${each.next.at}`,
        ...('targets' in each ? [formatTargets(each.targets)] : []),
        ...('tokens' in each ? [String(each.tokens)] : []),
        ...(each.fetched === null ? [] : [formatReaderCount(each.fetched)]),
      ])
      const table = formatTable(header, rows, 'No keys; `credence federation enable` makes them.')
      const known = keys.flatMap(({ account, kid, fetched }) =>
        fetched === null ? [] : [{ account, kid, ...fetched }],
      )
      const text = options.readers === true ? `${table}\n\n${formatReaders(known)}` : table
      context.report({ json: keys.map(({ fetched, ...key }) => ({ ...key, ...fetched })), text })
    })
  withExample(list, 'credence key list --tokens')

  const schedule = withAlgorithm(key.command('schedule'))
    .description('print what will happen to signing keys within a year')
    .action(async (options: SlotOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const steps = await context.withData((data, config) =>
        scheduleKeys(context, data, config, options),
      )
      const rows = steps.map(({ at, account, algorithm, step, generation }) => [
        at,
        account,
        algorithm,
        step,
        String(generation),
      ])
      const header = ['AT', 'ACCOUNT', 'ALGORITHM', 'STEP', 'GENERATION']
      context.report({ json: steps, text: formatTable(header, rows, 'Nothing is to happen.') })
    })
  withExample(schedule, 'credence key schedule --algorithm ES384')

  addKeyChangeCommands(key, terminal)
  addKeyRevokeCommand(key, terminal)
}

async function listKeys(
  context: CommandContext,
  data: OpenData,
  config: Config,
  { algorithm, all, readers: hasReaders = false }: ListOptions,
) {
  if (hasReaders) requireReaders(config)
  const rules = findKeyTimes(config)
  const nowMs = context.terminal.clock.nowMs()
  const found = []
  for (const accountId of await findAccountIds(context, data, !context.hasAccount)) {
    const keys = await data.store.listIssuerKeys(accountId)
    const refused = new Set(createKeyRing(keys, data.binder).refused)
    const readers = hasReaders ? await findAccountReaders(data, config, accountId, nowMs) : null
    const earlinessMs = findEarlinessMs(accountId, rules)
    const ordered = listSlots(accountId, {}).flatMap(slot =>
      keys
        .filter(key => key.algorithm === slot.algorithm)
        .toSorted((a, b) => a.generation - b.generation),
    )
    for (const key of ordered) {
      if (algorithm !== undefined && key.algorithm !== algorithm) continue
      if (all !== true && (key.state === 'retired' || key.state === 'revoked')) continue
      const slot = keys.filter(each => each.algorithm === key.algorithm)
      const next = findNext(key, planSteps(slot, rules, earlinessMs))
      found.push({
        ...toKeyOutput(config, key),
        ...(config.publish.targets.length > 0 && {
          targets: await findTargets(data, config, key),
        }),
        ageSeconds: Math.floor((nowMs - key.createdAtMs) / 1000),
        trusted: !refused.has(key),
        next: next && {
          step: next.step,
          at: next.dueAtMs <= nowMs ? 'now' : formatInstant(next.dueAtMs),
        },
        fetched: readers && toReadersOutput(readers, findKeyId(config, key)),
      })
    }
  }
  return found
}

/** Where a key can be seen, as far as it has something that can be. */
async function findTargets({ store }: OpenData, { publish }: Config, key: IssuerKey) {
  const { accountId, thumbprint } = key
  const federation = await store.findFederation(accountId)
  return Promise.all(
    publish.targets.map(async ({ name }) => {
      const known = federation && (await store.findPublication(name, federation.issuerId))
      const isShown = PUBLISHED_STATES.includes(key.state)
      const sinceMs = isShown ? known?.visibleSinceMs[thumbprint ?? ''] : undefined
      return { name, visibleSince: formatInstant(sinceMs ?? null), failure: known?.failure ?? null }
    }),
  )
}

function formatTargets(targets: Awaited<ReturnType<typeof findTargets>>): string {
  const visible = targets.filter(({ visibleSince }) => visibleSince !== null)
  const names = visible.map(({ name, failure }) => (failure === null ? name : `${name} (fails)`))
  return names.join(', ') || '-'
}

/** What happens to a key next. A key that signs stops when its follower begins. */
function findNext(key: IssuerKey, steps: ReturnType<typeof planSteps>) {
  if (key.state === 'active') {
    const follower = steps.find(({ kind }) => kind === 'activate')
    return follower ? { step: 'is followed', dueAtMs: follower.dueAtMs } : null
  }
  const own = steps.find(({ generation }) => generation === key.generation)
  return own ? { step: own.kind, dueAtMs: own.dueAtMs } : null
}

async function scheduleKeys(
  context: CommandContext,
  data: OpenData,
  config: Config,
  options: SlotOptions,
) {
  const rules = findKeyTimes(config)
  const fromMs = context.terminal.clock.nowMs()
  const steps = []
  for (const accountId of await findAccountIds(context, data, !context.hasAccount)) {
    const keys = await data.store.listIssuerKeys(accountId)
    for (const { algorithm } of listSlots(accountId, options)) {
      const slot = keys.filter(key => key.algorithm === algorithm)
      const period = { fromMs, untilMs: fromMs + YEAR_MS }
      for (const { kind, generation, dueAtMs } of findSchedule(
        slot,
        rules,
        findEarlinessMs(accountId, rules),
        period,
      )) {
        const known = slot.find(key => key.generation === generation)
        steps.push({
          at: formatInstant(dueAtMs),
          account: accountId,
          algorithm,
          step: kind,
          generation,
          kid: known === undefined ? null : findKeyId(config, known),
        })
      }
    }
  }
  return steps.toSorted((a, b) => a.at.localeCompare(b.at))
}

/** Whole days, or whole hours, or less. */
function formatAge(seconds: number): string {
  const unit = seconds >= 172_800 ? 86_400 : seconds >= 7200 ? 3600 : seconds >= 120 ? 60 : 1
  return formatDuration(Math.max(0, Math.floor(seconds / unit)) * unit * 1000)
}
