import type { Config } from '../../config/config.ts'
import { KEY_CHANGE_FACT } from '../../secrets/key-change.ts'
import { ANY_TOPIC, formatMetaTopic } from '../../store/topics.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Environment } from '../environment.ts'
import type { OpenData } from '../open-data.ts'
import { findLeastStage, type KeyHolder, saveKeyHolder } from './key-holder.ts'
import { type LoadedKeys, loadOtherKeys } from './load-master-keys.ts'
import { type KeyStage, type SettledKeyring, settleKeyring } from './settle-keyring.ts'

/** What following a change of the master key works with. */
export interface FollowKeyringOptions {
  readonly config: Config
  readonly environment: Environment
  readonly data: OpenData
  readonly logger: Logger
  /** How far other processes of this server are; `seals` where there are none. */
  readonly findOthersStage: (to: string) => KeyStage
}

/** Has the master keys of a running process follow what the store says. */
export interface KeyringFollower {
  /** For every look at the store's feed, with what has changed. Rejects when the store can't be asked. */
  readonly follow: (topics: readonly string[]) => Promise<void>
}

const TOPICS: ReadonlySet<string> = new Set([ANY_TOPIC, formatMetaTopic(KEY_CHANGE_FACT)])

/** How long values that are in memory, sealed under the former key, are still opened. */
const MEMORY_MS = 5000
/** How often it is tried again while something is not there yet, such as the file of the new key. */
const RETRY_MS = 250

/** Follows, from what was found when the data was opened. */
export function createKeyringFollower(options: FollowKeyringOptions): KeyringFollower {
  const { config, environment, data, logger, findOthersStage } = options
  const { store, masterKeys } = data
  const { worker } = environment
  let keys: LoadedKeys = data.loadedKeys
  let settled: SettledKeyring = data.settledKeyring
  let told: KeyHolder | null = null
  let sealedSeenMs: number | null = null
  let lastTryMs = Number.NEGATIVE_INFINITY
  let isFirst = true
  let isFailing = false
  let current: Promise<void> | null = null

  async function settle(): Promise<void> {
    const before = settled
    const found = await loadOtherKeys(config, environment)
    // A file that was moved meanwhile had a key that is still good for what it was.
    keys = { ...keys, next: found.next ?? keys.next, previous: found.previous ?? keys.previous }
    const keepsFormer = isOpen(before) || isWithin(MEMORY_MS)
    settled = await settleKeyring(store, masterKeys, keys, { keepsFormer })
    const { change, stage } = settled
    if (change !== null && isOpen(before) && !isOpen(settled)) {
      sealedSeenMs = performance.now()
    }
    if (change !== null && (stage !== before.stage || change.phase !== before.change?.phase)) {
      const { from, to, phase } = change
      logger.info({ from, to, phase, stage }, 'the master key changes')
    }
    if (change?.phase === 'sealed') keys = demote(keys, change.from)
  }

  /** Says to the command that runs the change how far this server is. */
  async function tell(): Promise<void> {
    const { change, stage } = settled
    if (change === null) return
    const holder = { to: change.to, stage }
    if (worker !== undefined) return worker.reportKeyStage(holder)
    const least = { ...holder, stage: findLeastStage([stage, findOthersStage(change.to)]) }
    if (told?.to === least.to && told.stage === least.stage) return
    await saveKeyHolder(store, least)
    told = least
  }

  async function look(): Promise<void> {
    try {
      await settle()
      await tell()
      isFailing = false
    } catch (cause) {
      if (!isFailing)
        logger.error({ err: cause }, 'the change of the master key cannot be followed')
      isFailing = true
    }
  }

  /** While a change is under way, files and other processes change without a word in the store. */
  const isUnderWay = (): boolean => isFailing || isOpen(settled) || isWithin(2 * MEMORY_MS)

  const isWithin = (durationMs: number): boolean =>
    sealedSeenMs !== null && performance.now() - sealedSeenMs < durationMs

  return {
    async follow(topics) {
      const isTold = isFirst || topics.some(topic => TOPICS.has(topic))
      const isDue = isUnderWay() && performance.now() - lastTryMs >= RETRY_MS
      if (!isTold && !isDue) return
      isFirst = false
      lastTryMs = performance.now()
      // One after the other: each reads anew, so the last one has seen everything.
      const turn = (current ?? Promise.resolve()).then(look)
      current = turn
      await turn
    },
  }
}

function isOpen({ change }: SettledKeyring): boolean {
  return change !== null && change.phase !== 'sealed'
}

/** A key that was followed never opens the store again in this process, whatever the store says. */
function demote({ main, next, previous }: LoadedKeys, formerId: string): LoadedKeys {
  const [first, ...rest] = [main, next].filter(key => key !== null && key.id !== formerId)
  if (first === undefined || first === null) return { main, next, previous }
  const former = [main, next, previous].find(key => key?.id === formerId) ?? null
  return { main: first, next: rest[0] ?? null, previous: former }
}
