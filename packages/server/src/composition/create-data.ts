import type { Config } from '../config/config.ts'
import { createAesGcmSealer } from '../secrets/aes-gcm-sealer.ts'
import { bindMasterKey } from '../secrets/check-master-key.ts'
import { loadInstallationId } from '../secrets/installation.ts'
import { StoreOpenError } from '../store/failures.ts'
import { createStoreFile } from '../store/sqlite/create-store-file.ts'
import type { Environment } from './environment.ts'
import { loadMasterKey } from './load-master-key.ts'

/**
 * Makes the store of a new installation, bound to the master key that the configuration names, and
 * gives back the id of the installation. Overwrites nothing.
 *
 * @throws MasterKeyError, StoreOpenError: each with a text for the operator
 */
export async function createData(config: Config, environment: Environment): Promise<string> {
  const { random } = environment
  requireNewInstallation(config)
  const sealer = createAesGcmSealer(await loadMasterKey(config, environment), random)
  let installationId = ''
  await createStoreFile(config.store.path, random, async store => {
    await bindMasterKey(store, sealer)
    installationId = await loadInstallationId(store, sealer, random)
  })
  return installationId
}

/** A store of an installation that has one must be found, and not be replaced by an empty one. */
export function requireNewInstallation({ store }: Config): void {
  if (store.installationId === null) return
  throw new StoreOpenError(
    `The configuration names the installation ${store.installationId}, so its store exists somewhere: mount its disk, name its place with store.path, or restore the backup. For a new installation, take store.installationId out of the configuration.`,
  )
}
