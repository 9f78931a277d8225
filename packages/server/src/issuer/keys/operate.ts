import {
  activateKey,
  type ChangedKeys,
  listSlotKeys,
  retireKey,
  revokeKey,
} from '../../changes/signing-keys.ts'
import type { IssuerKey, KeySlot } from '../../store/ports.ts'
import { isKeyBound } from './binding.ts'
import { findEarliestActivationMs, type KeyRules, type KeyStep, planSteps } from './slot.ts'
import { changeKeys, type KeyStepDeps, takeKeyStep } from './take-step.ts'

/** What was done by hand, or why not. */
export type Operation =
  | { readonly outcome: 'done'; readonly keys: ChangedKeys }
  /** Nothing is to be done: `reason` says what there is instead. */
  | { readonly outcome: 'nothing'; readonly reason: string }
  /** It would break something before `earliestMs`; null when nobody knows when it won't any more. */
  | { readonly outcome: 'early'; readonly earliestMs: number | null; readonly breaks: string }

/** How an operation is carried out. */
export interface OperationOptions {
  readonly nowMs: number
  /** Whether what breaks is taken into account. */
  readonly isForced: boolean
  /** Nothing is changed: what is given back as done are the keys as they are. */
  readonly isDryRun: boolean
}

type Deps = KeyStepDeps & { readonly rules: KeyRules }

/** More steps than it takes to prepare a key, when everything is lost to others each time. */
const MAX_STEPS = 20

/** Has a key stand by. It signs nothing. */
export async function prepareSlot(
  deps: Deps,
  slot: KeySlot,
  { nowMs, isDryRun }: OperationOptions,
): Promise<Operation> {
  const changed: IssuerKey[] = []
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const keys = await listSlotKeys(deps.store, slot)
    const next = findPreparation(keys, deps.rules)
    if (next === undefined) {
      if (changed.length > 0) return reportChanged(changed)
      const prepared = keys.find(({ state }) => state === 'prepared')
      return {
        outcome: 'nothing',
        reason: prepared ? 'a key stands by already' : 'there is no key',
      }
    }
    if (isDryRun) return { outcome: 'done', keys: [] }
    const taken = await takeKeyStep(deps, slot, next, nowMs)
    changed.push(...taken)
    // Somewhere it is not to be seen yet. Whoever looks later finds it.
    if (next.kind === 'see' && taken.length === 0) return reportChanged(changed)
  }
  throw new Error('the keys of the account change faster than a key can be prepared')
}

function findPreparation(keys: readonly IssuerKey[], rules: KeyRules): KeyStep | undefined {
  const steps = planSteps(keys, rules, 0)
  return steps.find(({ kind }) => kind === 'intend' || kind === 'make' || kind === 'see')
}

/** Has the key that stands by sign. */
export async function activateSlot(
  deps: Deps,
  slot: KeySlot,
  { nowMs, isForced, isDryRun }: OperationOptions,
): Promise<Operation> {
  const keys = await listSlotKeys(deps.store, slot)
  const follower = keys.find(({ state }) => state === 'prepared')
  if (follower === undefined) return { outcome: 'nothing', reason: 'no key stands by' }
  const active = keys.find(({ state }) => state === 'active')
  const earliestMs = findEarliestActivationMs(active, follower, deps.rules)
  if (earliestMs === null) {
    const breaks = 'the key is not to be seen in every place where verifiers look'
    return { outcome: 'early', earliestMs, breaks }
  }
  if (earliestMs > nowMs && !isForced) {
    const breaks = 'verifiers that have not read the new key refuse its tokens until they do'
    return { outcome: 'early', earliestMs, breaks }
  }
  if (isDryRun) return { outcome: 'done', keys: [follower] }
  const changed = await changeKeys(deps, slot, nowMs, turn =>
    activateKey(turn, slot, follower.generation),
  )
  return reportChanged(changed)
}

/** Has the key that stands by sign, and another one stand by. */
export async function rotateSlot(
  deps: Deps,
  slot: KeySlot,
  options: OperationOptions,
): Promise<Operation> {
  const prepared = await prepareSlot(deps, slot, options)
  const activated = await activateSlot(deps, slot, options)
  if (activated.outcome !== 'done' || options.isDryRun) return activated
  const next = await prepareSlot(deps, slot, options)
  return reportChanged([prepared, activated, next].flatMap(each => keysOf(each)))
}

/** Publishes those keys no more that sign nothing any more. */
export async function retireSlot(
  deps: Deps,
  slot: KeySlot,
  { nowMs, isForced, isDryRun }: OperationOptions,
): Promise<Operation> {
  const keys = await listSlotKeys(deps.store, slot)
  const retiring = keys.filter(({ state }) => state === 'retiring')
  if (retiring.length === 0) return { outcome: 'nothing', reason: 'no key waits for its end' }
  const dueAtMs = (key: IssuerKey): number => (key.endedAtMs ?? 0) + deps.rules.keepAfterMs
  const chosen = isForced ? retiring : retiring.filter(key => dueAtMs(key) <= nowMs)
  if (chosen.length === 0) {
    const earliestMs = Math.min(...retiring.map(dueAtMs))
    return {
      outcome: 'early',
      earliestMs,
      breaks: 'tokens of the key that are still good are refused',
    }
  }
  if (isDryRun) return { outcome: 'done', keys: chosen }
  const changed: IssuerKey[] = []
  for (const { generation } of chosen) {
    const taken = await changeKeys(deps, slot, nowMs, turn => retireKey(turn, slot, generation))
    changed.push(...taken)
  }
  return reportChanged(changed)
}

/**
 * Ends a key at once. Where it signs and nothing stands by, another is made first, which nobody has seen:
 * the gap until verifiers have read it is for whoever revokes to know. What stands by and was not written
 * by Credence succeeds nobody: it is revoked as well.
 */
export async function revokeInSlot(
  deps: Deps,
  slot: KeySlot,
  generation: number,
  { nowMs, isDryRun }: OperationOptions,
): Promise<Operation> {
  const changed: IssuerKey[] = []
  for (let attempt = 0; attempt < MAX_STEPS; attempt += 1) {
    const keys = await listSlotKeys(deps.store, slot)
    const key = keys.find(each => each.generation === generation)
    if (key === undefined || key.handle === null) {
      return { outcome: 'nothing', reason: `the key is ${key?.state ?? 'unknown'}` }
    }
    if (isDryRun) return { outcome: 'done', keys: [key] }
    const standby = keys.find(({ state }) => state === 'prepared')
    if (key.state === 'active' && standby !== undefined && !isKeyBound(deps.binder, standby)) {
      const foreign = await changeKeys(deps, slot, nowMs, turn =>
        revokeKey(turn, slot, standby.generation),
      )
      changed.push(...foreign)
    }
    const taken = await changeKeys(deps, slot, nowMs, turn => revokeKey(turn, slot, generation))
    if (taken.length > 0) return reportChanged([...changed, ...taken])
    const options = { nowMs, isForced: true, isDryRun }
    changed.push(...keysOf(await prepareSlot(deps, slot, options)))
  }
  throw new Error('the keys of the account change faster than one can be revoked')
}

/** Each key once, as it is after the last change. */
function reportChanged(changed: ChangedKeys): Operation {
  const last = new Map(changed.map(key => [key.generation, key]))
  return changed.length > 0
    ? { outcome: 'done', keys: [...last.values()] }
    : { outcome: 'nothing', reason: 'somebody else was faster' }
}

function keysOf(operation: Operation): ChangedKeys {
  return operation.outcome === 'done' ? operation.keys : []
}
