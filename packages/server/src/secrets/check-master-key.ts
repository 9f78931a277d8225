import { type MetaStore, StoreError } from '../store/ports.ts'
import { MasterKeyError } from './master-key.ts'
import { type SealContext, SealError, type Sealer } from './sealer.ts'

const META_NAME = 'master-key-check'
const CONTEXT: SealContext = { purpose: 'master-key-check', recordId: META_NAME }
const EXPECTED = Buffer.from('credence master key check')

/**
 * Makes sure that a store and a master key belong together, before anything else is read or written:
 * the store keeps a small sealed value that only its own master key opens. A store without one is
 * new, and gets it.
 * @throws MasterKeyError when the store was made with another master key, or the value was changed
 */
export async function checkMasterKey(store: MetaStore, sealer: Sealer): Promise<void> {
  const found = (await store.findMeta(META_NAME)) ?? (await createCanary(store, sealer))
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

/** The value that the store then holds: another process may have been first. */
async function createCanary(store: MetaStore, sealer: Sealer): Promise<string> {
  const canary = Buffer.from(sealer.seal(CONTEXT, EXPECTED)).toString('base64')
  try {
    await store.createMeta(META_NAME, canary)
    return canary
  } catch (error) {
    if (!(error instanceof StoreError && error.reason === 'exists')) throw error
    const first = await store.findMeta(META_NAME)
    if (first === null) throw error
    return first
  }
}
