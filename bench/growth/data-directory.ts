import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createData,
  type OpenData,
  openData,
  SYSTEM_CLOCK,
  SYSTEM_RANDOM,
} from '../../packages/server/src/composition.ts'
import { loadConfig } from '../../packages/server/src/config/load-config.ts'
import { findFreePort } from '../../packages/server/src/http/free-port.ts'
import { createMasterKeyFile } from '../../packages/server/src/secrets/master-key-file.ts'
import { PLAIN } from '../servers/variants.ts'

/** The data of a server, in a directory that later runs find again. */
export interface DataDirectory {
  readonly configFile: string
  readonly storeFile: string
  readonly endpoint: string
  /** Opens master key and store, while no server has them. */
  readonly open: () => Promise<OpenData>
}

/** Makes master key, store and configuration where they are missing; every run has another port. */
export async function prepareDataDirectory(directory: string): Promise<DataDirectory> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const configFile = join(directory, 'credence.yaml')
  const storeFile = join(directory, 'data', 'credence.db')
  const keyFile = join(directory, 'master.key')
  const port = await findFreePort('127.0.0.1')
  const endpoint = `http://127.0.0.1:${port}`
  mkdirSync(join(directory, 'data'), { recursive: true, mode: 0o700 })
  if (!existsSync(keyFile)) createMasterKeyFile(keyFile, SYSTEM_RANDOM)
  // JSON is YAML.
  const settings = {
    listen: { port },
    issuer: { baseUrl: endpoint },
    store: { path: storeFile },
    masterKey: { file: keyFile },
    audit: { file: join(directory, 'audit.jsonl') },
    ...PLAIN,
  }
  writeFileSync(configFile, JSON.stringify(settings))
  const environment = { clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM, env: {} }
  if (!existsSync(storeFile)) await createData(loadSettings(configFile), environment)
  return {
    configFile,
    storeFile,
    endpoint,
    open: () => openData(loadSettings(configFile), environment),
  }
}

function loadSettings(file: string) {
  const readFile = (path: string) => readFileSync(path, 'utf8')
  return loadConfig({ file, env: {}, flags: [], readFile }).config
}
