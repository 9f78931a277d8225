import type { RandomSource } from '../runtime/random.ts'
import { type MetaStore, StoreError } from '../store/ports.ts'
import { findSealingKeyId } from './aes-gcm-sealer.ts'
import type { KeyTools } from './key-tools.ts'
import { MasterKeyError } from './master-key.ts'
import { type SealContext, SealError, type Sealer } from './sealer.ts'

const META_NAME = 'installation'
const CONTEXT: SealContext = { purpose: 'installation-id', recordId: META_NAME }

/**
 * The id of the installation that a store is of: a UUID, made with the store and sealed in it under the
 * master key, which two stores may share. A store from before there were ids gets one here.
 *
 * @throws MasterKeyError when the id was changed
 */
export async function loadInstallationId(
  store: Pick<MetaStore, 'findMeta' | 'createMeta'>,
  sealer: Sealer,
  random: RandomSource,
): Promise<string> {
  const sealed = (await store.findMeta(META_NAME)) ?? (await createId(store, sealer, random))
  try {
    return Buffer.from(sealer.unseal(CONTEXT, Buffer.from(sealed, 'base64'))).toString('utf8')
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new MasterKeyError(`the installation id in the store is not its own: ${error.message}`, {
      cause: error,
    })
  }
}

/**
 * Seals the id anew, under another master key; nothing is done where it is sealed under that already.
 * @throws StoreError `conflict`, SealError
 */
export async function resealInstallationId(
  store: Pick<MetaStore, 'findMeta' | 'swapMeta'>,
  from: KeyTools,
  to: KeyTools,
): Promise<void> {
  const found = await store.findMeta(META_NAME)
  if (found === null) return
  const sealed = Buffer.from(found, 'base64')
  if (findSealingKeyId(sealed) === to.masterKey.id) return
  const anew = Buffer.from(to.sealer.seal(CONTEXT, from.sealer.unseal(CONTEXT, sealed))).toString(
    'base64',
  )
  await store.swapMeta(META_NAME, found, anew)
}

/** The sealed id that the store then holds: another process may have been first. */
async function createId(
  store: Pick<MetaStore, 'findMeta' | 'createMeta'>,
  sealer: Sealer,
  random: RandomSource,
): Promise<string> {
  const id = Buffer.from(random.uuid())
  const sealed = Buffer.from(sealer.seal(CONTEXT, id)).toString('base64')
  try {
    await store.createMeta(META_NAME, sealed)
    return sealed
  } catch (error) {
    if (!(error instanceof StoreError && error.reason === 'exists')) throw error
    const first = await store.findMeta(META_NAME)
    if (first === null) throw error
    return first
  }
}
