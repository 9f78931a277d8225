import { dirname, join } from 'node:path'
import type { Config } from '../../config/config.ts'
import { findMasterKeySource, type MasterKeySource } from '../../config/serve-config.ts'

/** Where the master keys of an installation are found. */
export interface KeyPlaces {
  readonly main: MasterKeySource
  /** The file of the key that is to follow; null where the configuration names no place for it. */
  readonly nextFile: string | null
  /** The file of the key before; null where the configuration names no place for it. */
  readonly previousFile: string | null
}

/** The master key file of an installation that names no other source: beside its store. */
export function defaultMasterKeyFile(config: Config): string {
  return join(dirname(config.store.path), 'master.key')
}

/** The places that the configuration names: those beside the file of the master key, if it names no others. */
export function findKeyPlaces(config: Config): KeyPlaces {
  const main = findMasterKeySource(config) ?? { kind: 'file', path: defaultMasterKeyFile(config) }
  const { nextFile, previousFile } = config.masterKey
  const beside = (suffix: string): string | null =>
    main.kind === 'file' ? `${main.path}.${suffix}` : null
  return {
    main,
    nextFile: nextFile ?? beside('next'),
    previousFile: previousFile ?? beside('previous'),
  }
}

/** A source in words: a path, or what else it is. */
export function formatKeySource(source: MasterKeySource): string {
  switch (source.kind) {
    case 'file':
      return source.path
    case 'environment':
      return `environment variable ${source.name}`
    case 'descriptor':
      return `file descriptor ${source.fd}`
  }
}
