import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { findMasterKeySource, type MasterKeySource } from '../config/serve-config.ts'
import { type MasterKey, MasterKeyError, parseMasterKeyText } from '../secrets/master-key.ts'
import { loadMasterKeyDescriptor, loadMasterKeyFile } from '../secrets/master-key-file.ts'
import { HANDED_OVER_DESCRIPTOR } from '../workers/hand-over-secret.ts'
import type { Environment } from './environment.ts'

/** The master key file of an installation that names no other source: beside its store. */
export function defaultMasterKeyFile(config: Config): string {
  return join(dirname(config.store.path), 'master.key')
}

/** The master key from where the configuration says. @throws MasterKeyError */
export async function loadMasterKey(
  config: Config,
  { env, worker }: Environment,
): Promise<MasterKey> {
  const source: MasterKeySource = findMasterKeySource(config) ?? {
    kind: 'file',
    path: defaultMasterKeyFile(config),
  }
  switch (source.kind) {
    case 'file':
      return loadMasterKeyFile(source.path, env['CREDENTIALS_DIRECTORY'] ?? null)
    case 'descriptor':
      return loadMasterKeyDescriptor(worker === undefined ? source.fd : HANDED_OVER_DESCRIPTOR)
    case 'environment': {
      const text = env[source.name]
      const where = `environment variable ${source.name}`
      if (text === undefined) throw new MasterKeyError(`${where} is not set`)
      return parseMasterKeyText(text, where)
    }
  }
}
