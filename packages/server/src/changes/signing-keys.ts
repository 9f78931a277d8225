import { PUBLISHED_STATES } from '../store/key-ports.ts'
import type { IssuerKey, KeySlot, TurnStore } from '../store/ports.ts'

/** What a change of signing keys works with. */
export interface KeyTurn {
  readonly store: TurnStore
  readonly nowMs: number
  /** Adds the proof that Credence has written the key. Every key is written with this proof. */
  readonly bind: (key: IssuerKey) => IssuerKey
  /**
   * A row that somebody else has written must not get a binding by going on with its life: nothing but
   * its end is written to it. @throws ForeignKeyError
   */
  readonly requireOwn: (key: IssuerKey) => void
}

/** What is made for an intended key, outside of the turn. */
export type KeyMaterial = Pick<IssuerKey, 'backend' | 'thumbprint' | 'publicJwk' | 'handle'>

/**
 * The keys that a change has changed, as they are now. Empty when somebody else had changed the slot
 * first, so that nothing was changed. To lose such a race is no error.
 */
export type ChangedKeys = readonly IssuerKey[]

/** The keys of one account and algorithm, oldest first. */
export async function listSlotKeys(
  store: Pick<TurnStore, 'listIssuerKeys'>,
  { accountId, algorithm }: KeySlot,
): Promise<readonly IssuerKey[]> {
  const keys = await store.listIssuerKeys(accountId)
  return keys.filter(key => key.algorithm === algorithm)
}

/** A key that is wanted and not made yet. The first process that finds it makes it. */
export function createIntendedKey(slot: KeySlot, generation: number, nowMs: number): IssuerKey {
  const { accountId, algorithm } = slot
  return {
    accountId,
    algorithm,
    generation,
    state: 'intended',
    backend: 'local',
    thumbprint: null,
    publicJwk: null,
    handle: null,
    binding: null,
    createdAtMs: nowMs,
    visibleAtMs: null,
    activatedAtMs: null,
    endedAtMs: null,
  }
}

/** Writes down that a key of a new generation is wanted. */
export async function intendKey(
  { store, nowMs }: KeyTurn,
  slot: KeySlot,
  generation: number,
): Promise<ChangedKeys> {
  const keys = await listSlotKeys(store, slot)
  const isWanted = keys.some(({ state }) => state === 'intended' || state === 'prepared')
  if (isWanted || keys.some(key => key.generation >= generation)) return []
  const key = createIntendedKey(slot, generation, nowMs)
  await store.createIssuerKey(key)
  return [key]
}

/** Publishes what was made for an intended key. It signs nothing yet. */
export async function prepareKey(
  turn: KeyTurn,
  slot: KeySlot,
  generation: number,
  material: KeyMaterial,
): Promise<ChangedKeys> {
  const key = await findKey(turn, slot, generation, 'intended')
  if (key === null) return []
  return [await save(turn, { ...key, ...material, state: 'prepared' }, 'intended')]
}

/**
 * Notes that a prepared key is visible wherever verifiers look, and since when. When no key of the slot
 * signs, this one signs from now on.
 */
export async function noteKeyVisible(
  turn: KeyTurn,
  slot: KeySlot,
  generation: number,
  visibleAtMs: number,
): Promise<ChangedKeys> {
  const key = await findKey(turn, slot, generation, 'prepared')
  if (key === null || key.visibleAtMs !== null) return []
  turn.requireOwn(key)
  const visible = { ...key, visibleAtMs }
  const keys = await listSlotKeys(turn.store, slot)
  if (keys.some(({ state }) => state === 'active')) return [await save(turn, visible, 'prepared')]
  return startSigning(turn, visible, keys)
}

/**
 * Makes a prepared key the one that signs. The key before it stops signing, and a further key is wanted
 * at once.
 */
export async function activateKey(
  turn: KeyTurn,
  slot: KeySlot,
  generation: number,
): Promise<ChangedKeys> {
  const key = await findKey(turn, slot, generation, 'prepared')
  if (key?.visibleAtMs == null) return []
  const keys = await listSlotKeys(turn.store, slot)
  const active = keys.find(({ state }) => state === 'active')
  if (active !== undefined) turn.requireOwn(active)
  // The old key stops first, so that at no instant two keys sign.
  const former =
    active && (await save(turn, { ...active, state: 'retiring', endedAtMs: turn.nowMs }, 'active'))
  return [...(await startSigning(turn, key, keys)), ...(former ? [former] : [])]
}

/** Stops publishing a key that signs nothing any more, and erases its private half. */
export async function retireKey(
  turn: KeyTurn,
  slot: KeySlot,
  generation: number,
): Promise<ChangedKeys> {
  const key = await findKey(turn, slot, generation, 'retiring')
  if (key === null) return []
  return [await save(turn, { ...key, state: 'retired', handle: null }, 'retiring')]
}

/**
 * Revokes a published key at once, whichever of its states it is in. It is no longer published, and its
 * private half is erased. When it was the signing key, the prepared key signs from now on. When there
 * is no prepared key to follow the signing key, nothing is changed.
 */
export async function revokeKey(
  turn: KeyTurn,
  slot: KeySlot,
  generation: number,
): Promise<ChangedKeys> {
  const keys = await listSlotKeys(turn.store, slot)
  const key = keys.find(each => each.generation === generation)
  if (key === undefined || !PUBLISHED_STATES.includes(key.state)) return []
  const successor = keys.find(({ state }) => state === 'prepared')
  if (key.state === 'active' && successor === undefined) return []
  const ended = { ...key, state: 'revoked', handle: null, endedAtMs: turn.nowMs } as const
  const revoked = await save(turn, ended, key.state)
  const others = keys.filter(each => each !== key)
  const next =
    key.state === 'active' && successor !== undefined
      ? await startSigning(turn, successor, keys)
      : await intendNext(turn, slot, others, keys)
  return [revoked, ...next]
}

/**
 * Revokes a published key at once, as {@link revokeKey} does, but no key follows it that verifiers can't
 * see. When there is none, nothing is signed until the next key is visible.
 *
 * @param published thumbprints of the keys that verifiers see
 */
export async function withdrawKey(
  turn: KeyTurn,
  slot: KeySlot,
  generation: number,
  published: ReadonlySet<string>,
): Promise<ChangedKeys> {
  const keys = await listSlotKeys(turn.store, slot)
  const key = keys.find(each => each.generation === generation)
  const hasSuccessor = keys.some(
    ({ state, thumbprint }) => state === 'prepared' && published.has(thumbprint ?? ''),
  )
  if (key?.state !== 'active' || hasSuccessor) return revokeKey(turn, slot, generation)
  const ended = { ...key, state: 'revoked', handle: null, endedAtMs: turn.nowMs } as const
  const revoked = await save(turn, ended, 'active')
  const others = keys.filter(each => each !== key)
  return [revoked, ...(await intendNext(turn, slot, others, keys))]
}

async function startSigning(
  turn: KeyTurn,
  key: IssuerKey,
  keys: readonly IssuerKey[],
): Promise<ChangedKeys> {
  const { nowMs } = turn
  turn.requireOwn(key)
  const visibleAtMs = key.visibleAtMs ?? nowMs
  const signing = { ...key, visibleAtMs, state: 'active', activatedAtMs: nowMs } as const
  const saved = await save(turn, signing, 'prepared')
  const others = keys.filter(({ generation }) => generation !== key.generation)
  return [saved, ...(await intendNext(turn, key, others, keys))]
}

/** Writes down that a follower is wanted, unless one is prepared or wanted already. */
async function intendNext(
  { store, nowMs }: KeyTurn,
  slot: KeySlot,
  others: readonly IssuerKey[],
  all: readonly IssuerKey[],
): Promise<ChangedKeys> {
  if (others.some(({ state }) => state === 'intended' || state === 'prepared')) return []
  const generation = Math.max(...all.map(key => key.generation)) + 1
  const key = createIntendedKey(slot, generation, nowMs)
  await store.createIssuerKey(key)
  return [key]
}

async function findKey(
  { store }: KeyTurn,
  slot: KeySlot,
  generation: number,
  state: IssuerKey['state'],
): Promise<IssuerKey | null> {
  const keys = await listSlotKeys(store, slot)
  return keys.find(key => key.generation === generation && key.state === state) ?? null
}

async function save(turn: KeyTurn, key: IssuerKey, from: IssuerKey['state']): Promise<IssuerKey> {
  const bound = turn.bind(key)
  await turn.store.saveIssuerKey(bound, from)
  return bound
}
