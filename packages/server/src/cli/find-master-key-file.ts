import { defaultMasterKeyFile } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { findMasterKeySource } from '../config/serve-config.ts'

/** The file of the master key; null when it comes from the environment or a descriptor. */
export function findMasterKeyFile(config: Config): string | null {
  const source = findMasterKeySource(config)
  if (source === null) return defaultMasterKeyFile(config)
  return source.kind === 'file' ? source.path : null
}
