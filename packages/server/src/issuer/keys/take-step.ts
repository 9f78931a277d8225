import {
  activateKey,
  type ChangedKeys,
  intendKey,
  type KeyMaterial,
  type KeyTurn,
  listSlotKeys,
  noteKeyVisible,
  prepareKey,
  retireKey,
} from '../../changes/signing-keys.ts'
import type { Binder } from '../../secrets/binder.ts'
import type { Signer } from '../../signers/signer.ts'
import type { KeySlot, Store } from '../../store/ports.ts'
import { formatThumbprint } from '../thumbprint.ts'
import { bindKey, requireOwnKey } from './binding.ts'
import { formatKeyRecordId } from './record-id.ts'
import type { KeyStep } from './slot.ts'
import type { KeyVisibility } from './visibility.ts'

/** The places between two actions where a process may die. */
export type CrashPoint = 'before-making' | 'after-making' | 'before-commit' | 'after-commit'

/** What taking a step needs. */
export interface KeyStepDeps {
  readonly store: Pick<Store, 'inTurn' | 'listIssuerKeys'>
  readonly signer: Pick<Signer, 'generateKey'>
  readonly binder: Binder
  readonly visibility: KeyVisibility
  /** Tests end the process here, or a stand-in for it. Nothing else sets this. */
  readonly reach?: (point: CrashPoint) => void
}

/**
 * Takes one step in the life of a slot's keys, in one transaction that reads the keys again. Returns
 * the changed keys as they are now. It returns none when somebody else was faster, or when it is too
 * early for the step.
 */
export async function takeKeyStep(
  deps: KeyStepDeps,
  slot: KeySlot,
  { kind, generation }: KeyStep,
  nowMs: number,
): Promise<ChangedKeys> {
  switch (kind) {
    case 'intend':
      return changeKeys(deps, slot, nowMs, turn => intendKey(turn, slot, generation))
    case 'make': {
      deps.reach?.('before-making')
      const material = await makeKey(deps.signer, slot, generation)
      deps.reach?.('after-making')
      return changeKeys(deps, slot, nowMs, turn => prepareKey(turn, slot, generation, material))
    }
    case 'see': {
      const visibleAtMs = await findVisibility(deps, slot, generation, nowMs)
      if (visibleAtMs === null) return []
      return changeKeys(deps, slot, nowMs, turn =>
        noteKeyVisible(turn, slot, generation, visibleAtMs),
      )
    }
    case 'activate':
      if (!(await isVisibleNow(deps, slot, generation))) return []
      return changeKeys(deps, slot, nowMs, turn => activateKey(turn, slot, generation))
    case 'retire':
      return changeKeys(deps, slot, nowMs, turn => retireKey(turn, slot, generation))
  }
}

/** Makes changes of signing keys in one turn. */
export async function changeKeys(
  { store, binder, reach }: Pick<KeyStepDeps, 'store' | 'binder' | 'reach'>,
  { accountId }: KeySlot,
  nowMs: number,
  work: (turn: KeyTurn) => Promise<ChangedKeys>,
): Promise<ChangedKeys> {
  const changed = await store.inTurn([accountId], async turn => {
    const keys = await work({
      store: turn,
      nowMs,
      bind: key => bindKey(binder, key),
      requireOwn: key => requireOwnKey(binder, key),
    })
    reach?.('before-commit')
    return keys
  })
  reach?.('after-commit')
  return changed
}

/** Makes a key for its place. */
export async function makeKey(
  signer: Pick<Signer, 'generateKey'>,
  slot: KeySlot,
  generation: number,
): Promise<KeyMaterial> {
  const { algorithm } = slot
  const made = await signer.generateKey(algorithm, formatKeyRecordId({ ...slot, generation }))
  return { backend: 'local', thumbprint: formatThumbprint(made.publicJwk), ...made }
}

async function findVisibility(
  { store, visibility }: KeyStepDeps,
  slot: KeySlot,
  generation: number,
  nowMs: number,
): Promise<number | null> {
  const key = await findPrepared(store, slot, generation)
  return key === undefined ? null : visibility.findVisibleAtMs(key, nowMs)
}

async function isVisibleNow(
  { store, visibility }: KeyStepDeps,
  slot: KeySlot,
  generation: number,
): Promise<boolean> {
  const key = await findPrepared(store, slot, generation)
  return key !== undefined && visibility.isVisibleNow(key)
}

async function findPrepared(store: KeyStepDeps['store'], slot: KeySlot, generation: number) {
  const keys = await listSlotKeys(store, slot)
  return keys.find(each => each.generation === generation && each.state === 'prepared')
}
