import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createData, SYSTEM_CLOCK, SYSTEM_RANDOM } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load-config.ts'
import { isLoopbackHost } from '../runtime/loopback.ts'
import { MASTER_KEY_BYTES } from '../secrets/master-key.ts'
import { createMasterKeyFile } from '../secrets/master-key-file.ts'
import { MEMORY_PATH } from '../store/sqlite/database-file.ts'

/** What of the options of a server becomes configuration. */
export interface ConfigOptions {
  /** An address of this machine alone: `127.0.0.1` when left out. */
  readonly host?: string
  /** A port that the system chooses when left out. */
  readonly port?: number
  /** A directory for store and master key. Without one nothing touches the disk. */
  readonly directory?: string
  /** How long enabling and disabling federation takes to have effect; at once when left out. */
  readonly propagationDelaySeconds?: number
  /** Any other setting, as `--set` takes it: `{ 'issuer.keyIds': 'aws' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A configuration, and the environment that it counts on. */
export interface TestConfig {
  readonly config: Config
  readonly env: Readonly<Record<string, string>>
}

const MASTER_KEY_VARIABLE = 'CREDENCE_TESTING_MASTER_KEY'

/**
 * The configuration of a server in a test.
 * @throws ConfigError; TypeError for a host beyond this machine: whoever reaches this server gets
 *   good tokens and keys
 */
export async function loadTestConfig(options: ConfigOptions): Promise<TestConfig> {
  const { host, port, directory, propagationDelaySeconds, settings = {} } = options
  const wanted = {
    'listen.host': host ?? '127.0.0.1',
    'listen.port': String(port ?? 0),
    'federation.propagationDelaySeconds': String(propagationDelaySeconds ?? 0),
    'log.level': 'debug',
    // Tests load no native library, and have the same server on every machine.
    'signer.multiBuffer': 'off',
    'signer.nettle': 'off',
    ...(directory === undefined
      ? { 'store.path': MEMORY_PATH, 'masterKey.env': MASTER_KEY_VARIABLE }
      : {
          'store.path': join(directory, 'credence.db'),
          'masterKey.file': join(directory, 'master.key'),
        }),
    ...settings,
  }
  const { config } = loadConfig({
    file: null,
    env: {},
    flags: Object.entries(wanted),
    readFile: path => {
      throw new Error(`${path} is not read`)
    },
  })
  if (!isLoopbackHost(config.listen.host)) {
    throw new TypeError(
      `a server for tests listens on this machine alone, and ${config.listen.host} is not`,
    )
  }
  const masterKey = Buffer.from(SYSTEM_RANDOM.bytes(MASTER_KEY_BYTES)).toString('base64')
  const env = { [MASTER_KEY_VARIABLE]: masterKey }
  if (directory !== undefined) await prepareDirectory(directory, config, env)
  return { config, env }
}

/** Makes the master key and the store of a new directory. Those that are there stay. */
async function prepareDirectory(
  directory: string,
  config: Config,
  env: TestConfig['env'],
): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const { masterKey, store } = config
  if (masterKey.file !== null && !existsSync(masterKey.file)) {
    createMasterKeyFile(masterKey.file, SYSTEM_RANDOM)
  }
  if (store.path === MEMORY_PATH || existsSync(store.path)) return
  await createData(config, { clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM, env })
}
