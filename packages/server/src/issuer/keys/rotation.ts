import type { ChangedKeys } from '../../changes/signing-keys.ts'
import { listSlotKeys } from '../../changes/signing-keys.ts'
import { SIGNING_ALGORITHM_NAMES } from '../../principals/algorithms.ts'
import type { AccountId } from '../../principals/identifiers.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { DueKeys } from '../../store/key-ports.ts'
import type { KeySlot, Store } from '../../store/ports.ts'
import { ClockWatch } from './clock-watch.ts'
import {
  findDueSteps,
  findEarlinessMs,
  findSpreadStepMs,
  type KeyRules,
  type KeyStep,
} from './slot.ts'
import { type KeyStepDeps, takeKeyStep } from './take-step.ts'

/** What rotation works with. */
export interface RotationDeps extends KeyStepDeps {
  readonly store: Pick<Store, 'inTurn' | 'listIssuerKeys' | 'listDueKeySlots'>
  readonly rules: KeyRules
  readonly clock: Clock
  /**
   * Milliseconds since an arbitrary instant, by a clock that nobody can set. They tell how much time
   * has really passed.
   */
  readonly elapsedMs: () => number
  /** Waits, so that other work goes first. */
  readonly pause: (durationMs: number) => Promise<void>
  readonly report: RotationReport
}

/** Called with what rotation does. None of the functions may throw. */
export interface RotationReport {
  readonly changed: (step: KeyStep, keys: ChangedKeys) => Promise<void>
  /** `step` is null when the keys could not even be read. */
  readonly failed: (slot: KeySlot, step: KeyStep | null, error: unknown) => void
  /** The clock was set by `jumpMs`, so nothing that relies on it is done for `pauseMs`. */
  readonly paused: (jumpMs: number, pauseMs: number) => void
}

/** Takes the keys of all accounts through their lives, as the rules say. */
export interface Rotation {
  /**
   * Takes all steps that are due, one after the other. @throws StoreFailure when the store can't be
   * asked
   */
  tick(): Promise<void>
  /** Something that the next step of an account waits for may have happened. */
  look(accountId: AccountId): void
  /** Whether steps that rely on the clock are paused, because it was set. */
  isPaused(): boolean
  /** Begins no further step. Resolves when the step under way has ended. */
  stop(): Promise<void>
}

/**
 * How many times longer than the question took to wait before the next one. With very many accounts a
 * question takes long, and an embedded store holds up everybody meanwhile.
 */
const ASKING_SHARE = 50
const LONGEST_REST_MS = 60_000
/** Slots asked for at once, of each kind. */
const BATCH = 50
/** How many slots that wait for another attempt are asked for besides those. */
const MAX_SKIPPED = 1_000
/**
 * Making a key takes a core up to a third of a second, and an embedded store holds up everybody while it
 * writes to the disk. Other work gets four times as long between two steps.
 */
const RESTING_SHARE = 4
const LONGEST_STEP_REST_MS = 10_000
const FIRST_RETRY_MS = 10_000
const WAITING_MS = 10_000
const LONGEST_RETRY_MS = 600_000

/**
 * Makes the object that rotates the keys. Several processes may each have one. Each step is taken by
 * one process only.
 */
export function createRotation(deps: RotationDeps): Rotation {
  const { store, rules, clock, elapsedMs, report } = deps
  const watch = new ClockWatch(clock, elapsedMs)
  const retries = new Map<string, { readonly atMs: number; readonly waitMs: number }>()
  let isStopped = false
  let nextQuestionMs = Number.NEGATIVE_INFINITY
  let underWay: Promise<void> | null = null

  async function visit(slot: KeySlot): Promise<boolean> {
    const name = `${slot.accountId}/${slot.algorithm}`
    if ((retries.get(name)?.atMs ?? 0) > elapsedMs()) return false
    let step: KeyStep | null = null
    try {
      const nowMs = clock.nowMs()
      const keys = await listSlotKeys(store, slot)
      const due = findDueSteps(keys, rules, findEarlinessMs(slot.accountId, rules), nowMs)
      const steps = watch.isPaused() ? due.filter(each => !isTimed(each)) : due
      if (steps.length === 0) retries.delete(name)
      // A key that waits to be seen somewhere keeps no other key from its step.
      for (step of steps) {
        const startedAtMs = elapsedMs()
        const changed = await takeKeyStep(deps, slot, step, nowMs)
        // To look at other places takes long, and holds up nobody.
        if (step.kind !== 'see') {
          const restMs = RESTING_SHARE * (elapsedMs() - startedAtMs)
          await deps.pause(Math.min(restMs, LONGEST_STEP_REST_MS))
        }
        if (changed.length === 0) continue
        retries.delete(name)
        await report.changed(step, changed)
        return true
      }
      // Other slots go first, and this one is looked at again soon.
      if (steps.length > 0) {
        retries.set(name, { atMs: elapsedMs() + WAITING_MS, waitMs: FIRST_RETRY_MS / 2 })
      }
      return false
    } catch (error) {
      const waitMs = Math.min(
        2 * (retries.get(name)?.waitMs ?? FIRST_RETRY_MS / 2),
        LONGEST_RETRY_MS,
      )
      retries.set(name, { atMs: elapsedMs() + waitMs, waitMs })
      report.failed(slot, step, error)
      return false
    }
  }

  async function run(): Promise<void> {
    const jumpMs = watch.look()
    if (jumpMs !== null) {
      const pauseMs = Math.max(rules.publishBeforeMs, rules.keepAfterMs)
      watch.pause(pauseMs)
      report.paused(jumpMs, pauseMs)
    }
    if (elapsedMs() < nextQuestionMs) return
    let hasChanged = true
    while (hasChanged && !isStopped) {
      hasChanged = false
      const askedAtMs = elapsedMs()
      // Those that fail stay due, the longest waiting of all: the others stand behind them.
      const maxSlots = BATCH + Math.min(retries.size, MAX_SKIPPED)
      const slots = await store.listDueKeySlots(findDue(rules, clock.nowMs()), maxSlots)
      // A process that was stopped meanwhile has not asked all that time.
      const restMs = ASKING_SHARE * (elapsedMs() - askedAtMs)
      nextQuestionMs = elapsedMs() + Math.min(restMs, LONGEST_REST_MS)
      for (const slot of slots) {
        if (isStopped) return
        if (await visit(slot)) hasChanged = true
        await deps.pause(0)
      }
    }
  }

  return {
    tick() {
      underWay ??= run().finally(() => {
        underWay = null
      })
      return underWay
    },
    look(accountId) {
      for (const algorithm of SIGNING_ALGORITHM_NAMES) retries.delete(`${accountId}/${algorithm}`)
      nextQuestionMs = Number.NEGATIVE_INFINITY
    },
    isPaused: () => watch.isPaused(),
    async stop() {
      isStopped = true
      await underWay?.catch(() => {})
    },
  }
}

/**
 * The instants before which something must have happened so that its step is due. These are the rules
 * of `slot.ts` for all accounts at once.
 */
export function findDue(rules: KeyRules, nowMs: number): DueKeys {
  const { rotateEveryMs, publishBeforeMs, keepAfterMs } = rules
  return {
    activatedUntilMs: rotateEveryMs === 0 ? null : nowMs - rotateEveryMs,
    spreadStepMs: findSpreadStepMs(rules),
    visibleUntilMs: nowMs - publishBeforeMs,
    endedUntilMs: nowMs - keepAfterMs,
  }
}

/** Whether a step depends on the time. The other steps depend only on which keys there are. */
function isTimed({ kind }: KeyStep): boolean {
  return kind === 'activate' || kind === 'retire'
}
