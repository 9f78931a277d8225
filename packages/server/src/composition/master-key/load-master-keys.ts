import { existsSync } from 'node:fs'
import type { Config } from '../../config/config.ts'
import { type MasterKey, MasterKeyError, parseMasterKeyText } from '../../secrets/master-key.ts'
import { loadMasterKeyDescriptor, loadMasterKeyFile } from '../../secrets/master-key-file.ts'
import { HANDED_OVER_DESCRIPTOR } from '../../workers/hand-over-secret.ts'
import type { Environment } from '../environment.ts'
import { findKeyPlaces } from './find-key-files.ts'

/** The master keys that a process has found. */
export interface LoadedKeys {
  readonly main: MasterKey
  /** The key that is to follow, which opens what the store says is sealed under it. */
  readonly next: MasterKey | null
  /** The key before. It opens nothing in the store, only what is in the hands of callers. */
  readonly previous: MasterKey | null
}

/** What is needed of the environment. */
type KeyEnvironment = Pick<Environment, 'env' | 'worker'>

/** The master keys from where the configuration says. @throws MasterKeyError */
export async function loadMasterKeys(
  config: Config,
  environment: KeyEnvironment,
): Promise<LoadedKeys> {
  // The next one first: when it takes the place of the main one meanwhile, both are found.
  const others = await loadOtherKeys(config, environment)
  return { main: await loadMain(config, environment), ...others }
}

/** The main one alone, for a store that is to be made. @throws MasterKeyError */
export async function loadMain(
  config: Config,
  { env, worker }: KeyEnvironment,
): Promise<MasterKey> {
  const { main } = findKeyPlaces(config)
  switch (main.kind) {
    case 'file':
      return loadMasterKeyFile(main.path, findCredentials(env))
    case 'descriptor':
      return loadMasterKeyDescriptor(worker === undefined ? main.fd : HANDED_OVER_DESCRIPTOR)
    case 'environment': {
      const text = env[main.name]
      const where = `environment variable ${main.name}`
      if (text === undefined) throw new MasterKeyError(`${where} is not set`)
      return parseMasterKeyText(text, where)
    }
  }
}

/** The keys beside the main one, as far as their files are there. @throws MasterKeyError */
export async function loadOtherKeys(
  config: Config,
  { env }: Pick<Environment, 'env'>,
): Promise<Omit<LoadedKeys, 'main'>> {
  const { nextFile, previousFile } = findKeyPlaces(config)
  const load = async (path: string | null): Promise<MasterKey | null> =>
    path === null || !existsSync(path) ? null : loadMasterKeyFile(path, findCredentials(env))
  return { next: await load(nextFile), previous: await load(previousFile) }
}

function findCredentials(env: Environment['env']): string | null {
  return env['CREDENTIALS_DIRECTORY'] ?? null
}
