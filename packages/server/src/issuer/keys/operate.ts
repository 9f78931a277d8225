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

/** What an operation by hand has done, or why it has done nothing. */
export type Operation =
  | { readonly outcome: 'done'; readonly keys: ChangedKeys }
  /** There is nothing to do, and `reason` says why. */
  | { readonly outcome: 'nothing'; readonly reason: string }
  /**
   * Before `earliestMs` the operation would break something. Null when it is not known from when on it
   * is safe.
   */
  | { readonly outcome: 'early'; readonly earliestMs: number | null; readonly breaks: string }

/** How an operation is carried out. */
export interface OperationOptions {
  readonly nowMs: number
  /** Whether the operation goes on although it breaks something. */
  readonly isForced: boolean
  /** Nothing is changed. The keys in the result are those that would be changed, as they are now. */
  readonly isDryRun: boolean
}

type Deps = KeyStepDeps & { readonly rules: KeyRules }

/** More steps than it takes to prepare a key, even when other processes are faster each time. */
const MAX_STEPS = 20

/** Makes a key that stands by and signs nothing yet. */
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
    // In some place the key can't be seen yet. A later look will find it there.
    if (next.kind === 'see' && taken.length === 0) return reportChanged(changed)
  }
  throw new Error('the keys of the account change faster than a key can be prepared')
}

function findPreparation(keys: readonly IssuerKey[], rules: KeyRules): KeyStep | undefined {
  const steps = planSteps(keys, rules, 0)
  return steps.find(({ kind }) => kind === 'intend' || kind === 'make' || kind === 'see')
}

/** Makes the key that stands by the one that signs. */
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
  if (!isForced && !(await deps.visibility.isVisibleNow(follower))) {
    const breaks =
      'a place where verifiers look does not show the key now, or has not shown it for long enough since it was lost there'
    return { outcome: 'early', earliestMs: null, breaks }
  }
  if (isDryRun) return { outcome: 'done', keys: [follower] }
  const changed = await changeKeys(deps, slot, nowMs, turn =>
    activateKey(turn, slot, follower.generation),
  )
  return reportChanged(changed)
}

/** Makes the key that stands by the one that signs, and makes another key to stand by. */
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

/** Stops publishing the keys that sign nothing any more. */
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
 * Revokes a key at once. When it signs and no key stands by, another one is made first, which no
 * verifier has read yet. Until verifiers have read it, they refuse its tokens. Callers must tell the
 * person who revokes. A key that stands by and was not written by Credence follows nobody: it is revoked
 * as well.
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

/** Reports each key once, as it is after its last change. */
function reportChanged(changed: ChangedKeys): Operation {
  const last = new Map(changed.map(key => [key.generation, key]))
  return changed.length > 0
    ? { outcome: 'done', keys: [...last.values()] }
    : { outcome: 'nothing', reason: 'somebody else was faster' }
}

function keysOf(operation: Operation): ChangedKeys {
  return operation.outcome === 'done' ? operation.keys : []
}
