import type { MetaStore } from '../../store/ports.ts'
import { StoreError } from '../../store/ports.ts'
import type { KeyStage } from './settle-keyring.ts'

/** What the running server has said of a change of the master key: how far all its processes are. */
export interface KeyHolder {
  /** Id of the new master key. */
  readonly to: string
  readonly stage: KeyStage
}

const FACT = 'master-key-holder'
const STAGES: readonly KeyStage[] = ['blind', 'opens', 'seals']

/** What the server that runs, or the last that did, has said; null when none has. */
export async function findKeyHolder(store: Pick<MetaStore, 'findMeta'>): Promise<KeyHolder | null> {
  const text = await store.findMeta(FACT)
  return text === null ? null : JSON.parse(text)
}

/** Has a server say how far it is. @throws StoreError `conflict` when another says something meanwhile */
export async function saveKeyHolder(
  store: Pick<MetaStore, 'findMeta' | 'createMeta' | 'swapMeta'>,
  { to, stage }: KeyHolder,
): Promise<void> {
  const text = JSON.stringify({ to, stage })
  const former = await store.findMeta(FACT)
  if (former === text) return
  if (former !== null) return store.swapMeta(FACT, former, text)
  try {
    await store.createMeta(FACT, text)
  } catch (error) {
    if (!(error instanceof StoreError && error.reason === 'exists')) throw error
  }
}

/** Whether a holder is at a stage or beyond it, in the change to a key. */
export function hasReached(holder: KeyHolder | null, { to, stage }: KeyHolder): boolean {
  return holder?.to === to && STAGES.indexOf(holder.stage) >= STAGES.indexOf(stage)
}

/** The one of several that is least far. */
export function findLeastStage(stages: readonly KeyStage[]): KeyStage {
  return STAGES.find(stage => stages.includes(stage)) ?? 'seals'
}
