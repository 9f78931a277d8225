import type { MetaStore } from '../store/ports.ts'
import { findSealingKeyId } from './aes-gcm-sealer.ts'
import { MasterKeyError } from './master-key.ts'
import { type SealContext, SealError, type Sealer } from './sealer.ts'

const META_NAME = 'master-key-check'
const CONTEXT: SealContext = { purpose: 'master-key-check', recordId: META_NAME }
const EXPECTED = Buffer.from('credence master key check')

/**
 * Binds a new store to a master key: it gets a small sealed value that only this master key opens.
 * @throws StoreError when it is bound to one already
 */
export async function bindMasterKey(
  store: Pick<MetaStore, 'createMeta'>,
  sealer: Sealer,
): Promise<void> {
  await store.createMeta(META_NAME, sealCanary(sealer))
}

/**
 * Binds a store to another master key, when all else in it is sealed under that.
 * @throws StoreError `conflict` when it is bound to another one meanwhile
 */
export async function bindAnew(
  store: Pick<MetaStore, 'findMeta' | 'swapMeta'>,
  sealer: Sealer,
): Promise<void> {
  await store.swapMeta(META_NAME, (await store.findMeta(META_NAME)) ?? '', sealCanary(sealer))
}

/** The id of the master key that a store is bound to; null when it is bound to none. */
export async function findBoundKeyId(store: Pick<MetaStore, 'findMeta'>): Promise<string | null> {
  const found = await store.findMeta(META_NAME)
  return found === null ? null : findSealingKeyId(Buffer.from(found, 'base64'))
}

function sealCanary(sealer: Sealer): string {
  return Buffer.from(sealer.seal(CONTEXT, EXPECTED)).toString('base64')
}

/** Whether a store is bound to a master key already. */
export async function isBoundToMasterKey(store: MetaStore): Promise<boolean> {
  return (await store.findMeta(META_NAME)) !== null
}

/**
 * Makes sure that a store and a master key belong together, before anything else is read or written.
 * @throws MasterKeyError when the store was made with another master key, or none, or the value was
 * changed
 */
export async function checkMasterKey(
  store: Pick<MetaStore, 'findMeta'>,
  sealer: Sealer,
): Promise<void> {
  const found = await store.findMeta(META_NAME)
  if (found === null) {
    throw new MasterKeyError(
      'the store has no check value for a master key, so it was never finished: remove it, and make one with `credence init`',
    )
  }
  let opened: Uint8Array
  try {
    opened = sealer.unseal(CONTEXT, Buffer.from(found, 'base64'))
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new MasterKeyError(`the master key does not fit the store: ${error.message}`, {
      cause: error,
    })
  }
  if (!EXPECTED.equals(opened)) {
    throw new MasterKeyError("the master key's check value in the store has unknown content")
  }
}
