import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createData,
  defaultMasterKeyFile,
  type Environment,
  type OpenData,
  openData,
  type RunningServer,
  SYSTEM_RANDOM,
  startServer,
} from '../../src/composition.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { RandomSource } from '../../src/runtime/random.ts'
import { createMasterKeyFile } from '../../src/secrets/master-key-file.ts'
import { createTestClock, type TestClock } from './clock.ts'

/** What differs from a plain server. */
export interface TestServerOptions {
  /** Settings as `--set` takes them: `{ 'sts.regions': 'eu-west-1' }`. */
  readonly settings?: Readonly<Record<string, string>>
  readonly clock?: TestClock
  readonly random?: RandomSource
  readonly overrides?: NonNullable<Environment['overrides']>
}

/** A whole server in this process, with data of its own and a clock that stands still until moved. */
export interface TestServer extends AsyncDisposable {
  /** URL without a slash at the end; also what issuer URLs begin with. */
  readonly endpoint: string
  readonly port: number
  /** Where the store, the master key, the audit and the log are. */
  readonly directory: string
  readonly clock: TestClock
  readonly random: RandomSource
  /** The server's own view of its data: for seeding, and to break it. */
  readonly data: OpenData
  /** Has signing keys go on: nothing else does. */
  rotateKeys(): Promise<void>
  /** Looks which keys are denied in an emergency, as a server does every second. */
  readEmergency(): Promise<void>
  /** Has the store know who has fetched documents. */
  saveReaders(): Promise<void>
  /** Publishes what has changed: nothing else does. */
  publish(): Promise<void>
  /** Opens the same data once more, as the command line does beside a running server. */
  openDataBeside(): Promise<OpenData>
  /** Everything that is in the audit file. */
  readAudit(): string
  /** Everything that is in the log. */
  readLog(): string
}

/**
 * Starts the real composition on a port that the system chooses, over SQLite and audit files in a
 * temporary directory, which disposal removes.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { clock = createTestClock(), random = SYSTEM_RANDOM } = options
  const overrides = {
    rotatesByHand: true,
    elapsedMs: () => clock.nowMs(),
    ...options.overrides,
  }
  await using stack = new AsyncDisposableStack()
  const directory = mkdtempSync(join(tmpdir(), 'credence-test-'))
  stack.defer(() => rmSync(directory, { recursive: true }))
  const logFile = join(directory, 'log.jsonl')
  const logDescriptor = stack.adopt(openSync(logFile, 'a'), closeSync)
  const environment: Environment = { clock, random, env: {}, logDescriptor, overrides }
  const config = loadTestConfig(directory, options.settings ?? {})
  createMasterKeyFile(defaultMasterKeyFile(config), random)
  if (!existsSync(config.store.path)) await createData(config, environment)
  const server = stack.adopt(await startServer(config, environment), stop)
  const { data, endpoint } = server
  const port = Number(new URL(endpoint).port)
  const disposal = stack.move()
  return {
    endpoint,
    port,
    directory,
    clock,
    random,
    data,
    rotateKeys: server.rotateKeys,
    readEmergency: server.readEmergency,
    publish: server.publish,
    saveReaders: server.saveReaders,
    openDataBeside: () => openData({ ...config, listen: { ...config.listen, port } }, environment),
    readAudit: () => readFileSync(config.audit.file, 'utf8'),
    readLog: () => readFileSync(logFile, 'utf8'),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}

const stop = (server: RunningServer): Promise<void> => server.stop({ graceMs: 0 })

function loadTestConfig(directory: string, settings: Readonly<Record<string, string>>): Config {
  const defaults = {
    'listen.port': '0',
    'store.path': join(directory, 'credence.db'),
    'audit.file': join(directory, 'audit.jsonl'),
    // A test does not survive a power failure either.
    'audit.durability': 'write',
    'log.level': 'debug',
    // What signs depends on the machine where nothing is said.
    'signer.multiBuffer': 'off',
    'signer.nettle': 'off',
  }
  const sources = { file: null, env: {}, readFile: () => '' }
  const flags = Object.entries({ ...defaults, ...settings })
  return loadConfig({ ...sources, flags }).config
}
