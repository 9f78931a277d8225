import type { KeyChange } from '../../secrets/key-change.ts'
import { type MasterKey, MasterKeyError } from '../../secrets/master-key.ts'
import type { KeyPlaces } from './find-key-files.ts'
import type { LoadedKeys } from './load-master-keys.ts'

/** What `credence master-key rotate` has to do. */
export type RotationPlan =
  /** Go over to a key, or go on with that; null: it is still to be made. */
  | { readonly kind: 'rotate'; readonly from: MasterKey; readonly to: MasterKey | null }
  /** Everything is sealed under the new key, and its file is still to be moved. */
  | { readonly kind: 'move-files'; readonly current: MasterKey; readonly change: KeyChange }
  /** Another change is over but for sessions, which go on. */
  | { readonly kind: 'sessions'; readonly current: MasterKey; readonly change: KeyChange }

/** What there is to plan with. */
export interface PlanInput {
  readonly places: KeyPlaces
  readonly keys: LoadedKeys
  readonly change: KeyChange | null
  /** The key that the store is bound to. */
  readonly bound: MasterKey
  readonly nowMs: number
}

/** Decides what comes next. @throws MasterKeyError when something is to be put in order first */
export function planRotation(input: PlanInput): RotationPlan {
  const { keys, change, bound, nowMs } = input
  const { main, next, previous } = keys
  if (change !== null && change.phase !== 'sealed') {
    const to = [main, next].find(key => key?.id === change.to) ?? null
    // Nothing is sealed under a key that was announced alone: another may take its place.
    return { kind: 'rotate', from: bound, to: to ?? findFollower(input) }
  }
  if (change !== null && main.id === change.from && next?.id === change.to) {
    return { kind: 'move-files', current: bound, change }
  }
  if (change !== null && (change.sessionsUntilMs ?? 0) > nowMs) {
    return { kind: 'sessions', current: bound, change }
  }
  if (previous !== null) {
    throw new MasterKeyError(
      `${input.places.previousFile} holds master key ${previous.id}, which was followed before: move it to where older backups are kept, and run this again`,
    )
  }
  return { kind: 'rotate', from: bound, to: findFollower(input) }
}

/** The key whose file is there already; null when it is still to be made. */
function findFollower({ places, keys, bound, change }: PlanInput): MasterKey | null {
  const { next } = keys
  if (next === null) return null
  if (next.id === bound.id) {
    throw new MasterKeyError(
      `${places.nextFile} holds the master key that the store has already: remove it, so that a new one is made`,
    )
  }
  if (change?.phase === 'sealed' && next.id === change.from) {
    throw new MasterKeyError(
      `${places.nextFile} holds master key ${next.id}, which was followed: remove it, so that a new one is made`,
    )
  }
  return next
}
