import type { Config } from '../config/config.ts'
import { createAesGcmSealer } from '../secrets/aes-gcm-sealer.ts'
import { bindMasterKey, isBoundToMasterKey } from '../secrets/check-master-key.ts'
import { loadInstallationId } from '../secrets/installation.ts'
import { StoreOpenError } from '../store/failures.ts'
import { type Store, StoreError } from '../store/ports.ts'
import { createStoreFile } from '../store/sqlite/create-store-file.ts'
import type { Environment } from './environment.ts'
import { loadMain } from './master-key/load-master-keys.ts'
import { openStore } from './open-store.ts'
import { formatStorePlace } from './store-place.ts'

/**
 * Makes the store of a new installation, bound to the master key that the configuration names, and
 * gives back the id of the installation. Overwrites nothing.
 *
 * @param makeKey makes the master key when there is none, once it is known that there is no store
 * @throws MasterKeyError, StoreOpenError: each with a text for the operator
 */
export async function createData(
  config: Config,
  environment: Environment,
  makeKey: () => void = () => {},
): Promise<string> {
  requireNewInstallation(config)
  const { random } = environment
  const fill = async (store: Store): Promise<string> => {
    const sealer = createAesGcmSealer(await loadMain(config, environment), random)
    await bindMasterKey(store, sealer)
    return loadInstallationId(store, sealer, random)
  }
  if (config.store.url !== null) return await fillDatabase(config, environment, makeKey, fill)
  makeKey()
  let installationId = ''
  await createStoreFile(config.store.path, random, async store => {
    installationId = await fill(store)
  })
  return installationId
}

/** When two programs do this at once, one of them makes the store, and the other is told so. */
async function fillDatabase(
  config: Config,
  environment: Environment,
  makeKey: () => void,
  fill: (store: Store) => Promise<string>,
): Promise<string> {
  const taken = new StoreOpenError(`There is a store in the ${formatStorePlace(config)} already.`)
  const store = await openStore(config, environment, { mayCreate: true })
  try {
    if (await isBoundToMasterKey(store)) throw taken
    makeKey()
    return await fill(store)
  } catch (error) {
    throw error instanceof StoreError && error.reason === 'exists' ? taken : error
  } finally {
    await store.close()
  }
}

/** A store of an installation that has one must be found, and not be replaced by an empty one. */
export function requireNewInstallation({ store }: Config): void {
  if (store.installationId === null) return
  const key = store.url === null ? 'store.path' : 'store.url'
  throw new StoreOpenError(
    `The configuration names the installation ${store.installationId}, so its store exists somewhere: mount its disk, name its place with ${key}, or restore the backup. For a new installation, take store.installationId out of the configuration.`,
  )
}
