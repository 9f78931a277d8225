import type { Command } from 'commander'
import type { OpenData } from '../composition.ts'
import { recordKeyChanges } from '../composition.ts'
import type { Config } from '../config/config.ts'
import {
  activateSlot,
  type Operation,
  type OperationOptions,
  prepareSlot,
  retireSlot,
  rotateSlot,
} from '../issuer/keys/operate.ts'
import type { KeySlot } from '../store/ports.ts'
import { CliError } from './cli-error.ts'
import { CommandContext } from './command-context.ts'
import { withExample } from './help.ts'
import {
  createKeyDeps,
  findAccountIds,
  formatInstant,
  listSlots,
  type SlotOptions,
  toKeyOutput,
  withAlgorithm,
} from './key-slots.ts'
import type { Terminal } from './terminal.ts'

type ChangeOptions = SlotOptions & { readonly dryRun?: boolean; readonly force?: boolean }

/** What is done in one slot. */
type Operate = (
  deps: ReturnType<typeof createKeyDeps>,
  slot: KeySlot,
  options: OperationOptions,
) => Promise<Operation>

const CHANGES: readonly {
  readonly name: string
  readonly operate: Operate
  readonly description: string
}[] = [
  {
    name: 'prepare',
    operate: prepareSlot,
    description: 'have a key stand by: published, and signing nothing',
  },
  {
    name: 'activate',
    operate: activateSlot,
    description: 'have the key that stands by sign, once it was published for long enough',
  },
  {
    name: 'rotate',
    operate: rotateSlot,
    description: 'activate the key that stands by, and prepare the next',
  },
  {
    name: 'retire',
    operate: retireSlot,
    description: 'stop publishing keys that signed their last token long ago',
  },
]

/** Reports progress when there are at least this many accounts. */
const PROGRESS_ACCOUNTS = 100

/** `credence key prepare`, `activate`, `rotate` and `retire`. */
export function addKeyChangeCommands(key: Command, terminal: Terminal): void {
  for (const { name, operate, description } of CHANGES) {
    const command = withAlgorithm(key.command(name))
      .option('--every-account', 'the keys of all accounts')
      .option('--dry-run', 'say what would be done, and change nothing')
      .option('--force', 'also when tokens that are good are refused because of it')
      .description(description)
      .action(async (options: ChangeOptions, actionCommand: Command) => {
        const context = new CommandContext(terminal, actionCommand)
        await context.withData((data, config) =>
          change(context, data, config, { ...options, name, operate }),
        )
      })
    withExample(command, `credence key ${name} --dry-run`)
  }
}

async function change(
  context: CommandContext,
  data: OpenData,
  config: Config,
  options: ChangeOptions & { readonly name: string; readonly operate: Operate },
): Promise<void> {
  const { name, operate, dryRun: isDryRun = false, force: isForced = false } = options
  const { terminal } = context
  const deps = createKeyDeps(data, config, terminal)
  const accountIds = await findAccountIds(context, data, options.everyAccount === true)
  const results = []
  for (const [index, accountId] of accountIds.entries()) {
    for (const slot of listSlots(accountId, options)) {
      const operationOptions = { nowMs: terminal.clock.nowMs(), isForced, isDryRun }
      const operation = await operate(deps, slot, operationOptions)
      results.push({ slot, operation })
      if (operation.outcome !== 'done' || isDryRun) continue
      const reason = { by: `key ${name}`, forced: isForced }
      warn(context, await recordKeyChanges(config, terminal, operation.keys, reason))
    }
    if ((index + 1) % PROGRESS_ACCOUNTS === 0 && !context.isJson) {
      terminal.printError(`${index + 1} of ${accountIds.length} accounts\n`)
    }
  }
  const described = results.map(result => toResultOutput(config, result, isDryRun))
  const early = results.filter(({ operation }) => operation.outcome === 'early')
  const isAnyDone = results.some(({ operation }) => operation.outcome === 'done')
  if (early.length > 0 && !isAnyDone) throw createEarlyError(early, described)
  context.report({
    json: described.map(({ json }) => json),
    text: described.map(({ text }) => text).join('\n'),
  })
}

interface Result {
  readonly slot: KeySlot
  readonly operation: Operation
}

function toResultOutput(config: Config, { slot, operation }: Result, isDryRun: boolean) {
  const { accountId: account, algorithm } = slot
  const place = `${account} ${algorithm}`
  switch (operation.outcome) {
    case 'nothing': {
      const { reason } = operation
      return { json: { account, algorithm, changed: [], reason }, text: `${place}: ${reason}.` }
    }
    case 'early': {
      const earliest = operation.earliestMs === null ? null : formatInstant(operation.earliestMs)
      const { breaks } = operation
      const when = earliest === null ? 'not yet' : `not before ${earliest}`
      return {
        json: { account, algorithm, changed: [], earliest, breaks },
        text: `${place}: ${when}: ${breaks}.`,
      }
    }
    case 'done': {
      const changed = operation.keys.map(key => toKeyOutput(config, key))
      const verb = isDryRun ? 'would be done with' : 'is now'
      const lines = changed.map(({ kid, generation, state }) =>
        isDryRun
          ? `${place}: it ${verb} generation ${generation} (${kid ?? 'not made yet'}), which is ${state}.`
          : `${place}: generation ${generation} (${kid ?? 'not made yet'}) ${verb} ${state}.`,
      )
      const nothing = isDryRun ? `${place}: a key would be made.` : `${place}: nothing has changed.`
      return {
        json: { account, algorithm, dryRun: isDryRun, changed },
        text: lines.length > 0 ? lines.join('\n') : nothing,
      }
    }
  }
}

/**
 * The error when nothing could be done anywhere. It has the earliest instant at which something can.
 */
function createEarlyError(
  early: readonly Result[],
  described: readonly { readonly text: string; readonly json: object }[],
): CliError {
  const lines = described.map(({ text }) => text)
  const [breaks] = early.flatMap(({ operation }) =>
    operation.outcome === 'early' && operation.earliestMs !== null ? [operation.breaks] : [],
  )
  if (breaks !== undefined) lines.push(`With --force it is done all the same, and ${breaks}.`)
  return new CliError('record', `It is too early. ${lines.join('\n')}`, {
    details: { early: described.map(({ json }) => json) },
  })
}

/** Tells which changes are done but not on record. */
export function warn(context: CommandContext, reason: string | null): void {
  if (reason === null) return
  warnOf(context, 'not-audited', 'the change is not on record in the audit', reason)
}

/** Tells of what could not be done, where that is no reason to keep back what was. */
export function warnOf(context: CommandContext, event: string, what: string, reason: string): void {
  const text = `warning: ${what}: ${reason}`
  const json = JSON.stringify({ event, reason })
  context.terminal.printError(`${context.isJson ? json : text}\n`)
}
