import { isDeepStrictEqual } from 'node:util'
import type { RandomSource } from '../runtime/random.ts'
import { StoreError } from '../store/ports.ts'
import type { PublicationStore, PublishingTarget } from '../store/publication-ports.ts'
import { type StoredObject, type Target, TargetError } from './targets/target.ts'

/** Where the mark stands in a target. */
export const MARK_PATH = 'credence-publication.json'

/** The mark of a target: a random text that changes with everything that is published there. */
interface Mark {
  readonly epoch: number
  readonly mark: string
}

/** What marks are made and kept with. */
export interface MarkDeps {
  readonly store: Pick<PublicationStore, 'findPublishingTarget' | 'savePublishingTarget'>
  readonly random: RandomSource
  readonly cacheControl: string
}

/**
 * How a target and what the store knows of it fit together. `own`: this store has published there last,
 * or nobody has. `diverged`: somebody else has, or this store has since been replaced by an older one.
 */
export type MarkState = 'own' | 'diverged'

const MAX_ATTEMPTS = 8
/** Far above every true one, and far below what a stamp has room for. */
const LARGEST_EPOCH = 999_999_999_999

/** Compares the mark in a target with the one in the store. @throws TargetError */
export async function findMarkState(
  { store }: Pick<MarkDeps, 'store'>,
  target: Target,
): Promise<MarkState> {
  const present = readMark(await target.read(MARK_PATH))
  return isOwn(await store.findPublishingTarget(target.name), present) ? 'own' : 'diverged'
}

/**
 * Makes the store the one that publishes at a target, whoever did until now. The epoch goes up, so that
 * everything that is published later takes the place of what is there. @throws TargetError
 */
export async function takeTarget(
  { store }: Pick<MarkDeps, 'store'>,
  target: Target,
): Promise<void> {
  const present = readMark(await target.read(MARK_PATH))
  const known = await store.findPublishingTarget(target.name)
  if (present === null || isOwn(known, present)) return
  const epoch = Math.max(present.epoch, known?.epoch ?? 0) + 1
  const { name } = target
  await store.savePublishingTarget(
    { name, epoch, mark: present.mark, formerMark: present.mark },
    known?.mark ?? null,
  )
}

/**
 * Puts a new mark in a target. Everything that is published is preceded by this, so that a store that is
 * older than a publication can always be told. The store has the mark first, so that it knows each mark
 * that can be there. @returns the epoch of what is published now @throws TargetError, also when another
 * store publishes there
 */
export async function renewMark(deps: MarkDeps, target: Target): Promise<number> {
  const { store, random, cacheControl } = deps
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const object = await target.read(MARK_PATH)
    const present = readMark(object)
    const known = await store.findPublishingTarget(target.name)
    if (!isOwn(known, present)) throw createTakenError(target)
    const isPending = known !== null && known.mark !== '' && known.mark !== present?.mark
    const next = isPending ? known : createNextMark(target, known, present, random)
    // A mark that somebody has not put there yet is put there first: there is never more than one.
    if (!isPending && !(await isSaved(store, next, known?.mark ?? null))) continue
    const { epoch, mark } = next
    const bytes = Buffer.from(JSON.stringify({ epoch, mark } satisfies Mark))
    const condition =
      object === null
        ? ({ kind: 'absent' } as const)
        : ({ kind: 'matches', tag: object.tag } as const)
    const written = { bytes, contentType: 'application/json', cacheControl }
    const outcome = await target.write(MARK_PATH, written, condition)
    if (outcome === 'written' && !isPending) return epoch
  }
  throw new TargetError('unreachable', `others publish at ${target.name} all the time`)
}

/** The error when somebody else publishes at a target. */
export function createTakenError({ name }: Target): TargetError {
  return new TargetError(
    'refused',
    `another installation, or another copy of this store, has published at ${name}: stop it, or start this server anew to publish over it`,
  )
}

function createNextMark(
  { name }: Target,
  known: PublishingTarget | null,
  present: Mark | null,
  random: RandomSource,
): PublishingTarget {
  const { epoch = 0, mark = '' } = known ?? {}
  return { name, epoch: epoch || 1, mark: random.uuid(), formerMark: present?.mark ?? mark }
}

function isOwn(known: PublishingTarget | null, present: Mark | null): boolean {
  if (present === null) return true
  // A store that has taken a target over has a higher epoch than the mark that it has found there.
  if (known === null || known.epoch < present.epoch) return false
  return present.mark === known.mark || present.mark === known.formerMark
}

async function isSaved(
  store: MarkDeps['store'],
  next: PublishingTarget,
  from: string | null,
): Promise<boolean> {
  try {
    await store.savePublishingTarget(next, from)
    return true
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'conflict') return false
    throw error
  }
}

function readMark(object: StoredObject | null): Mark | null {
  if (object === null) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(object.bytes).toString())
    if (!isDeepStrictEqual(Object.keys(value as object), ['epoch', 'mark'])) return null
    const { epoch, mark } = value as Mark
    const isEpoch = Number.isSafeInteger(epoch) && epoch > 0 && epoch < LARGEST_EPOCH
    return isEpoch && typeof mark === 'string' ? { epoch, mark } : null
  } catch {
    return null
  }
}
