import {
  endFormerSessions,
  findKeyHolder,
  findKeyPlaces,
  formatKeySource,
  hasReached,
  isServed,
  LONGEST_SESSION_MS,
  type MovedKeys,
  makeNextKey,
  moveKeyFiles,
  planRotation,
  type RotationPlan,
  rotateMasterKey,
  type UnreadableValue,
} from '../composition/master-key/master-key.ts'
import type { OpenData } from '../composition.ts'
import type { Config } from '../config/config.ts'
import type { KeyChange } from '../secrets/key-change.ts'
import { createKeyTools } from '../secrets/key-tools.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import { CliError } from './cli-error.ts'
import type { CommandContext } from './command-context.ts'
import { formatInstant } from './key-slots.ts'
import { findBound } from './master-key-status.ts'
import { runExclusively } from './run-exclusively.ts'

/** The options of `credence master-key rotate`. */
export interface RotateCommandOptions {
  readonly endSessions?: boolean
  readonly dryRun?: boolean
  readonly serversStopped?: boolean
  readonly wait: number
}

/** What a run has come to. */
interface Outcome {
  readonly change: KeyChange
  readonly resealed: number
  readonly unreadable: readonly UnreadableValue[]
  readonly files: MovedKeys
}

/** How often the server is asked whether it is ready for the next step. */
const POLL_MS = 200
/** Reports progress whenever so many values more are sealed anew. */
const PROGRESS_VALUES = 1000

/** `credence master-key rotate` */
export async function runMasterKeyRotate(
  context: CommandContext,
  options: RotateCommandOptions,
): Promise<void> {
  const { config } = context.loadConfig()
  const places = findKeyPlaces(config)
  await context.withData(async data => {
    const plan = planRotation({
      places,
      keys: data.loadedKeys,
      change: data.settledKeyring.change,
      bound: findBound(data),
      nowMs: context.terminal.clock.nowMs(),
    })
    if (plan.kind === 'sessions' && options.endSessions !== true)
      throw createEarlyError(plan.change)
    if (config.store.url !== null && options.serversStopped !== true) throw createReplicaError()
    if (options.dryRun === true) return reportPlan(context, data, config, plan)
    const { nextFile } = places
    if (nextFile === null) throw createPlaceError(config)
    // No other run makes or moves key files meanwhile. Where nothing can be made, nothing is.
    const outcome = await runExclusively([nextFile], () =>
      run(context, data, config, plan, options),
    )
    const isErased = await data.store.eraseRemains()
    reportOutcome(context, config, outcome, isErased)
  })
}

async function run(
  context: CommandContext,
  data: OpenData,
  config: Config,
  plan: RotationPlan,
  { endSessions = false, wait }: RotateCommandOptions,
): Promise<Outcome> {
  const { terminal } = context
  const { random, clock } = terminal
  const places = findKeyPlaces(config)
  if (plan.kind !== 'rotate') {
    const tools = createKeyTools(plan.current, random)
    const change = endSessions
      ? await endFormerSessions(data.store, tools, clock.nowMs())
      : plan.change
    const files: MovedKeys = plan.kind === 'move-files' ? moveKeyFiles(places) : { isMoved: true }
    return { change, resealed: 0, unreadable: [], files }
  }
  const { nextFile } = places
  if (nextFile === null) throw createPlaceError(config)
  const to = plan.to ?? makeNextKey(places, nextFile, random)
  if (plan.to === null)
    tell(
      context,
      'key-made',
      { file: nextFile, id: to.id },
      `Master key ${to.id} is made: ${nextFile}.`,
    )
  const total = await countUnder(data, plan.from)
  let resealed = 0
  const { change, unreadable } = await rotateMasterKey({
    store: data.store,
    from: plan.from,
    to,
    random,
    clock,
    endsSessions: endSessions,
    untilServers: stage =>
      untilServers(context, data, config, { to: to.id, stage, wait, nextFile }),
    report(count) {
      const isTold =
        Math.floor((resealed + count) / PROGRESS_VALUES) > Math.floor(resealed / PROGRESS_VALUES)
      resealed += count
      if (isTold) {
        tell(
          context,
          'progress',
          { resealed, total },
          `${resealed} of ${total} rows are sealed anew.`,
        )
      }
    },
  })
  return { change, resealed, unreadable, files: moveKeyFiles(places) }
}

/** Rows that need a master key. */
async function countUnder({ store }: OpenData, { id }: MasterKey): Promise<number> {
  const found = (await store.countSealed()).find(each => each.masterKeyId === id)
  return found === undefined ? 0 : found.accessKeys + Math.max(found.privateKeys, found.bindings)
}

/** Of a store in a database, the operator has said that none runs. */
function isAnyRunning({ store }: Config): boolean {
  return store.url === null && isServed(store.path)
}

/** A server that nobody runs needs nothing; one that starts later finds what the store says. */
async function untilServers(
  { terminal }: CommandContext,
  { store }: OpenData,
  config: Config,
  options: {
    readonly to: string
    readonly stage: 'opens' | 'seals'
    readonly wait: number
    readonly nextFile: string
  },
): Promise<void> {
  const { to, stage, wait, nextFile } = options
  const { signal } = new AbortController()
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    if (!isAnyRunning(config)) return
    if (hasReached(await findKeyHolder(store), { to, stage })) return
    if (waitedMs >= wait * 1000) throw createServerError(to, stage, nextFile)
    await terminal.sleep(POLL_MS, signal)
  }
}

function createServerError(to: string, stage: 'opens' | 'seals', nextFile: string): CliError {
  const fault =
    stage === 'opens'
      ? `The running server does not open master key ${to} yet, so nothing is sealed under it.`
      : `The running server opens master key ${to}, but does not seal with it yet, so nothing that is there is sealed anew.`
  return new CliError(
    'data',
    `${fault} Every process of it must be able to read ${nextFile}, as its user: its log says why it can't. A Secret volume or a credential of systemd needs the new file too; with masterKey.env or masterKey.fd, masterKey.nextFile names it. Start the server again if it has no log line about it, and run this command again: it goes on.`,
    { details: { masterKeyId: to, stage, file: nextFile } },
  )
}

function createEarlyError({ from, sessionsUntilMs }: KeyChange): CliError {
  const until = formatInstant(sessionsUntilMs)
  return new CliError(
    'record',
    `Sessions that master key ${from} has sealed go on until ${until}. Another change can begin then. With --end-sessions they end at once.`,
    { details: { earliest: until } },
  )
}

function createReplicaError(): CliError {
  return new CliError(
    'usage',
    'The store is in a database, and nobody can tell which servers use it. Stop all of them, and run this again with --servers-stopped.',
  )
}

function createPlaceError(config: Config): CliError {
  const source = formatKeySource(findKeyPlaces(config).main)
  return new CliError(
    'config',
    `The master key comes from ${source}, so the configuration must say where the new one is kept meanwhile: set masterKey.nextFile.`,
  )
}

async function reportPlan(
  context: CommandContext,
  data: OpenData,
  config: Config,
  plan: RotationPlan,
): Promise<void> {
  const { nextFile } = findKeyPlaces(config)
  const isRunning = isAnyRunning(config)
  const total = plan.kind === 'rotate' ? await countUnder(data, plan.from) : 0
  const steps =
    plan.kind === 'rotate'
      ? [
          plan.to === null
            ? `A new master key would be made: ${nextFile ?? 'masterKey.nextFile must name its file'}.`
            : `Master key ${plan.to.id} would follow ${plan.from.id}.`,
          `Rows that would be sealed anew: ${total}, ${isRunning ? 'beside the running server' : 'without a running server'}.`,
          `Sessions that master key ${plan.from.id} has sealed would go on for ${LONGEST_SESSION_MS / 3_600_000} hours at most, or end at once with --end-sessions.`,
        ]
      : plan.kind === 'move-files'
        ? [`The file of master key ${plan.current.id} would take its place.`]
        : [`Sessions that master key ${plan.change.from} has sealed would end.`]
  context.report({
    json: { dryRun: true, plan: plan.kind, rows: total, serverRuns: isRunning, nextFile },
    text: steps.join('\n'),
  })
}

function reportOutcome(
  context: CommandContext,
  config: Config,
  { change, resealed, unreadable, files }: Outcome,
  isErased: boolean,
): void {
  const { main, nextFile, previousFile } = findKeyPlaces(config)
  const { from, to, sealedAtMs, sessionsUntilMs } = change
  const isOver = (sessionsUntilMs ?? 0) <= context.terminal.clock.nowMs()
  const until = formatInstant(sessionsUntilMs)
  const place = files.isMoved
    ? `It is in ${formatKeySource(main)}; the one before is in ${previousFile}.`
    : `Its file could not be moved (${files.reason}). By hand: give ${formatKeySource(main)} the key that ${nextFile} has, keep the one before${previousFile === null ? '' : ` as ${previousFile}`}, and start the server again.`
  const lines = [
    `The store is sealed under master key ${to}. ${place}`,
    `Rows sealed anew: ${resealed}.`,
    ...unreadable.map(
      ({ kind, recordId }) =>
        `The secret of ${kind} ${recordId} does not open and stays as it is: nobody can use it, so make another.`,
    ),
    isOver
      ? `Sessions that master key ${from} has sealed are refused. Move that key to the backups.`
      : `Sessions that master key ${from} has sealed go on until ${until}; then move that key to the backups. With --end-sessions they end at once.`,
    `Backups from before ${formatInstant(sealedAtMs)} need master key ${from}: without a copy of it they can't be opened.`,
    ...(isErased
      ? []
      : [
          'What was sealed under it still stands in the files of the database for now. With store.path, `credence master-key status` erases it when nobody reads; with store.url, PostgreSQL does when it vacuums.',
        ]),
  ]
  context.report({
    json: {
      masterKeyId: to,
      formerMasterKeyId: from,
      sealedAt: formatInstant(sealedAtMs),
      sessionsUntil: until,
      resealed,
      unreadable,
      filesMoved: files.isMoved,
      erased: isErased,
    },
    text: lines.join('\n'),
  })
}

/** Tells of a step while others are to come. */
function tell(context: CommandContext, event: string, fields: object, text: string): void {
  const line = context.isJson ? JSON.stringify({ event, ...fields }) : text
  context.terminal.printError(`${line}\n`)
}
