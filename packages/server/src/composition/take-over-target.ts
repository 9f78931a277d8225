import { JWKS_PATH } from '../issuer/discovery.ts'
import { withdrawUnpublished } from '../issuer/keys/withdraw.ts'
import { listThumbprints } from '../publishing/list-thumbprints.ts'
import type { PublishTarget } from '../publishing/publish-target.ts'
import { findMarkState, takeTarget } from '../publishing/target-mark.ts'
import { TargetError } from '../publishing/targets/target.ts'
import type { Clock } from '../runtime/clock.ts'
import { listAll } from '../store/list-all.ts'
import type { IssuerKey } from '../store/ports.ts'
import type { OpenData } from './open-data.ts'

/** What taking over a target works with. */
export interface TakeOverDeps {
  readonly data: Pick<OpenData, 'store' | 'binder'>
  readonly clock: Clock
  /** Told of keys that have ended because the target has them no more. */
  readonly reportWithdrawn: (target: string, keys: readonly IssuerKey[]) => Promise<void>
  readonly warn: (target: string, text: string) => void
}

/** How many issuers are looked at in one time. */
const CONCURRENCY = 8

/**
 * Another store has published at a target, and its keys can't be read. A server must not start like this:
 * it could sign with keys that have ended since.
 */
export class TakeOverError extends TargetError {
  constructor(target: string, cause: TargetError) {
    super(
      cause.reason,
      `Another store has published at the target ${target} since this one, which is a restored backup or new there, and the keys that are published cannot be read: ${cause.message}. Make the target readable, or take it out of publish.targets.`,
      { cause },
    )
  }
}

/**
 * Makes this store the one that publishes at a target. When another store has published there last, this
 * one was replaced by an older state of itself, or is new there. Then keys that the target does not have
 * any more are revoked first: they may have leaked, and nobody but the lost state of the store knew.
 *
 * @throws TargetError when the target can't be read, TakeOverError when it can't be read to the end
 */
export async function takeOverTarget(
  { data, clock, reportWithdrawn, warn }: TakeOverDeps,
  { target }: PublishTarget,
): Promise<void> {
  const { store, binder } = data
  if ((await findMarkState({ store }, target)) === 'own') return
  warn(
    target.name,
    'another store has published at this target since: keys that are not there are revoked, and what this store has is published from now on',
  )
  const accounts = await listAll(page => store.listAccounts(page))
  const left = accounts.values()
  const withdraw = async (): Promise<void> => {
    for (const { id } of left) {
      const federation = await store.findFederation(id)
      if (federation === null) continue
      const place = `${federation.issuerId}${JWKS_PATH}`
      const object = await target.read(place)
      if (object === null) continue
      const thumbprints = listThumbprints(object.bytes)
      // A page of a proxy or half a file tells of no key that it has ended.
      if (thumbprints === null) throw new TargetError('refused', `${place} is no key set`)
      const published = new Set(thumbprints)
      const keys = await withdrawUnpublished({ store, binder }, id, published, clock.nowMs())
      if (keys.length > 0) await reportWithdrawn(target.name, keys)
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, withdraw))
    await takeTarget({ store }, target)
  } catch (cause) {
    throw cause instanceof TargetError ? new TakeOverError(target.name, cause) : cause
  }
}
