import type { Clock } from '../../runtime/clock.ts'
import type { RandomSource } from '../../runtime/random.ts'
import { bindAnew, findBoundKeyId } from '../../secrets/check-master-key.ts'
import {
  type FoundKeyChange,
  findKeyChange,
  formatKeyChange,
  KEY_CHANGE_FACT,
  type KeyChange,
} from '../../secrets/key-change.ts'
import { createKeyTools, type KeyTools } from '../../secrets/key-tools.ts'
import { type MasterKey, MasterKeyError } from '../../secrets/master-key.ts'
import type { MetaStore, Store } from '../../store/ports.ts'
import { FORMER_MASTER_KEY } from '../../store/sealed-ports.ts'
import {
  isAllResealed,
  type ResealPoint,
  resealEverything,
  type UnreadableValue,
} from './reseal.ts'

/** The places between two actions where a process may die. */
export type RotationPoint = ResealPoint | 'announced' | 'sealing' | 'before-canary' | 'sealed'

/** What going over to another master key works with. */
export interface RotateOptions {
  readonly store: Store
  readonly from: MasterKey
  readonly to: MasterKey
  readonly random: RandomSource
  readonly clock: Clock
  /** Sessions that are sealed under the former key end at once, and not when their time is over. */
  readonly endsSessions: boolean
  /** Resolves when all servers of the store open values under the new key, or seal with it. */
  readonly untilServers: (stage: 'opens' | 'seals') => Promise<void>
  /** Called with how many values were sealed anew. */
  readonly report: (count: number) => void
  readonly reach?: (point: RotationPoint) => void
}

/** The longest that a session lasts (`GetSessionToken`), so that none is older. */
export const LONGEST_SESSION_MS = 129_600_000

/**
 * Takes a store over from one master key to another, beside servers that run. It says first what is to
 * come, and waits until all servers open values under the new key. Then they seal with it. Then
 * everything is sealed anew, and the store is bound to the new key last. It may be killed anywhere; the
 * next run goes on.
 *
 * @returns the change as it stands in the end, and what could not be opened
 */
export async function rotateMasterKey(
  options: RotateOptions,
): Promise<{ readonly change: KeyChange; readonly unreadable: readonly UnreadableValue[] }> {
  const { store, random, clock, untilServers, reach } = options
  const [from, to] = [options.from, options.to].map(key => createKeyTools(key, random)) as [
    KeyTools,
    KeyTools,
  ]
  await announce(options, to)
  reach?.('announced')
  await untilServers('opens')
  await go(options, to, change => ({ ...change, phase: 'sealing' }), 'opening')
  reach?.('sealing')
  await untilServers('seals')
  // No session is sealed under the former key from here on.
  const sessionsUntilMs = clock.nowMs() + (options.endsSessions ? 0 : LONGEST_SESSION_MS)
  for (;;) {
    const unreadable = await resealEverything({ ...options, from, to })
    reach?.('before-canary')
    const change = await seal(store, from, to, { clock, sessionsUntilMs, unreadable })
    if (change === null) continue
    reach?.('sealed')
    return { change, unreadable }
  }
}

/** Ends the sessions that are sealed under the former key. Their servers hear of it within a second. */
export async function endFormerSessions(
  store: Store,
  current: KeyTools,
  nowMs: number,
): Promise<KeyChange> {
  const found = await requireChange(store)
  return save(store, current, found, { ...found.change, sessionsUntilMs: nowMs })
}

/** Writes down what is to come. What an earlier run has written down stays. */
async function announce({ store, from, clock }: RotateOptions, to: KeyTools): Promise<void> {
  await store.inTurn([], async turn => {
    const found = await findKeyChange(turn)
    const { phase } = found?.change ?? {}
    const isSame = found?.change.to === to.masterKey.id && found.change.from === from.id
    if (found !== null && phase === 'sealing' && !isSame) throw createOtherChangeError(found.change)
    if (isSame) return
    const change: KeyChange = {
      from: from.id,
      to: to.masterKey.id,
      phase: 'opening',
      begunAtMs: clock.nowMs(),
      sealedAtMs: null,
      sessionsUntilMs: null,
    }
    const text = formatKeyChange(change, to.binder)
    if (found === null) await turn.createMeta(KEY_CHANGE_FACT, text)
    else await turn.swapMeta(KEY_CHANGE_FACT, found.text, text)
  })
}

/** Takes the change on from a phase; nothing is done when it is in another. */
async function go(
  { store }: RotateOptions,
  to: KeyTools,
  next: (change: KeyChange) => KeyChange,
  phase: KeyChange['phase'],
): Promise<void> {
  await store.inTurn([], async turn => {
    const found = await requireChange(turn)
    if (found.change.phase === phase) await save(turn, to, found, next(found.change))
  })
}

/**
 * Binds the store to the new key, in one turn in which nothing else is written: nothing under the
 * former key can come after the look. @returns null when there is something left
 */
async function seal(
  store: Store,
  from: KeyTools,
  to: KeyTools,
  options: {
    readonly clock: Clock
    readonly sessionsUntilMs: number
    readonly unreadable: readonly UnreadableValue[]
  },
): Promise<KeyChange | null> {
  return store.inTurn([], async turn => {
    if (!(await isAllResealed(turn, from.masterKey.id, options.unreadable))) return null
    const found = await requireChange(turn)
    if (found.change.to !== to.masterKey.id) throw createOtherChangeError(found.change)
    if (found.change.phase === 'sealed') return found.change
    if ((await findBoundKeyId(turn)) === from.masterKey.id) await bindAnew(turn, to.sealer)
    await saveFormer(turn, from.masterKey.id)
    return save(turn, to, found, {
      ...found.change,
      phase: 'sealed',
      sealedAtMs: options.clock.nowMs(),
      sessionsUntilMs: options.sessionsUntilMs,
    })
  })
}

async function saveFormer(store: MetaStore, id: string): Promise<void> {
  const former = await store.findMeta(FORMER_MASTER_KEY)
  if (former === null) await store.createMeta(FORMER_MASTER_KEY, id)
  else await store.swapMeta(FORMER_MASTER_KEY, former, id)
}

async function save(
  store: Pick<MetaStore, 'swapMeta'>,
  to: KeyTools,
  found: FoundKeyChange,
  change: KeyChange,
): Promise<KeyChange> {
  await store.swapMeta(KEY_CHANGE_FACT, found.text, formatKeyChange(change, to.binder))
  return change
}

async function requireChange(store: Pick<MetaStore, 'findMeta'>): Promise<FoundKeyChange> {
  const found = await findKeyChange(store)
  if (found === null) throw new MasterKeyError('the store says nothing of a change any more')
  return found
}

function createOtherChangeError({ from, to }: KeyChange): MasterKeyError {
  return new MasterKeyError(
    `the store goes over from master key ${from} to ${to} already: put the file of ${to} back in its place, so that this can be finished`,
  )
}
