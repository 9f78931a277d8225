import { chmodSync, existsSync } from 'node:fs'
import type { Command } from 'commander'
import { createData, type RunningServer } from '../../composition.ts'
import type { Config } from '../../config/config.ts'
import { createBadTokenPages } from '../../development/bad-token-pages.ts'
import { ListenError } from '../../http/listen-error.ts'
import { removeFile } from '../../runtime/whole-file.ts'
import { createMasterKeyFile } from '../../secrets/master-key-file.ts'
import { MEMORY_PATH } from '../../store/sqlite/database-file.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext, LOCAL_CONFIG_FILE } from '../command-context.ts'
import { decodeToken } from '../decode-token.ts'
import { ensureDevConfig } from '../dev-config.ts'
import {
  DEV_ENVIRONMENT_FILE,
  DEV_REGION,
  listDevEnvironment,
  writeDevEnvironment,
} from '../dev-environment.ts'
import { type DevProof, formatDevReport } from '../dev-report.ts'
import { type DevIdentity, seedDevAccount } from '../dev-seed.ts'
import { findMasterKeyFile } from '../find-master-key-file.ts'
import { withExample } from '../help.ts'
import { makePrivateDirectory } from '../private-files.ts'
import type { Report } from '../report.ts'
import { runExclusively } from '../run-exclusively.ts'
import { runServer } from '../run-server.ts'
import type { Terminal } from '../terminal.ts'
import { requestToken } from '../token-request.ts'
import { verifyToken } from '../verify-token.ts'

const DATA_DIRECTORY = '.credence'
const PROOF_AUDIENCE = 'https://api.example.com'

/** `credence dev` */
export function addDevCommand(program: Command, terminal: Terminal): void {
  const dev = program
    .command('dev')
    .option(
      '--port <number>',
      'where to listen from the first start on; 0: any (default: 4747)',
      parsePort,
    )
    .description('run a server for development in ./.credence, made at the first start')
    .action(async ({ port }: { readonly port?: number }, command: Command) => {
      const context = new CommandContext(terminal, command)
      makeDataDirectory()
      const isFirstStart = await ensureDevConfig(port ?? null, terminal.random)
      const { config } = context.loadConfig()
      requirePort(port ?? null, config)
      await ensureData(config, terminal)
      try {
        await runServer(forDevelopment(terminal), config, {
          hangup: terminal.isInteractive ? 'stop' : 'reload',
          onReady: async server => context.report(await prove(server, config, terminal)),
        })
      } catch (error) {
        throw isFirstStart && error instanceof ListenError ? forgetPort(error) : error
      }
    })
  withExample(dev, 'credence dev')
}

/** Of all servers that the command line starts, only this one has the pages of bad tokens. */
function forDevelopment(terminal: Terminal): Terminal {
  const overrides = { ...terminal.overrides, createDevelopmentPages: createBadTokenPages }
  return { ...terminal, overrides }
}

function makeDataDirectory(): void {
  makePrivateDirectory(DATA_DIRECTORY)
  // Somebody else may have made the directory, with a checkout or an archive.
  chmodSync(DATA_DIRECTORY, 0o700)
}

/** The port is part of the issuer URL, and so of tokens. Therefore it is chosen once and kept. */
function requirePort(port: number | null, { listen }: Config): void {
  if (port === null || port === 0 || port === listen.port) return
  throw new CliError(
    'usage',
    `This installation listens on port ${listen.port} since its first start, and its issuer URL says so. Leave out --port, or begin anew in another directory.`,
  )
}

/** A port on which the server has never listened must not stay in the configuration. */
function forgetPort(error: ListenError): CliError {
  removeFile(LOCAL_CONFIG_FILE)
  return new CliError('listen', `${error.message} Try another port: credence dev --port 0`, {
    cause: error,
  })
}

/**
 * A new installation gets a master key and a store. An installation that has lost one of them gets no
 * new one: it would seem to start, but could open nothing, or would know nobody. A first start makes
 * the file with the settings last.
 */
async function ensureData(config: Config, terminal: Terminal): Promise<void> {
  const { path, url } = config.store
  if (url !== null) {
    throw new CliError(
      'usage',
      '`credence dev` keeps its data in this directory alone: leave out store.url, or use `credence serve`.',
    )
  }
  const isInMemory = path === MEMORY_PATH
  const keyFile = findMasterKeyFile(config)
  const isKeyMissing = keyFile !== null && !existsSync(keyFile)
  if (!isInMemory && existsSync(path)) {
    if (!isKeyMissing) return
    throw new CliError(
      'data',
      `The master key ${keyFile} is gone, and the store ${path} cannot be opened without it. Put a copy of the key back, or remove ${DATA_DIRECTORY} to begin anew with another issuer.`,
    )
  }
  if (!isInMemory && existsSync(DEV_ENVIRONMENT_FILE)) {
    throw new CliError(
      'data',
      `The store ${path} is gone, and the settings in ${DEV_ENVIRONMENT_FILE} are of it. Put it back, or remove ${DATA_DIRECTORY} to begin anew with another issuer.`,
    )
  }
  const places = [...(keyFile === null ? [] : [keyFile]), ...(isInMemory ? [] : [path])]
  await runExclusively(places, async () => {
    // Meanwhile another program may have made them.
    if (keyFile !== null && !existsSync(keyFile)) createMasterKeyFile(keyFile, terminal.random)
    if (isInMemory || existsSync(path)) return
    await createData(config, terminal)
  })
}

/** Seeds what is missing, then asks for a token over HTTP like any client. */
async function prove(
  { endpoint, data }: RunningServer,
  config: Config,
  terminal: Terminal,
): Promise<Report> {
  const identity: DevIdentity = await seedDevAccount(data, terminal)
  writeDevEnvironment(listDevEnvironment({ endpoint, data }, config, identity), terminal.random)
  const proof = await takeToken(endpoint, identity, terminal)
  return {
    json: {
      endpoint,
      issuer: identity.issuerUrl,
      account: identity.accountId,
      accessKeyId: identity.credentials.accessKeyId,
      environmentFile: DEV_ENVIRONMENT_FILE,
      ...proof,
    },
    text: formatDevReport({ endpoint, identity, proof }),
  }
}

/**
 * Takes a token and verifies it like any stranger. A refusal is not a failure: somebody may have
 * disabled federation or changed the policy, and needs a running server to change that back.
 */
async function takeToken(
  endpoint: string,
  { credentials, issuerUrl }: DevIdentity,
  terminal: Terminal,
): Promise<DevProof> {
  const nowMs = () => terminal.clock.nowMs()
  try {
    const { token } = await requestToken(
      { endpoint, region: DEV_REGION, credentials, nowMs },
      { audience: [PROOF_AUDIENCE], algorithm: 'ES384', tag: [['purpose', 'self-check']] },
    )
    await verifyToken(token, { issuer: issuerUrl, audience: PROOF_AUDIENCE, nowMs })
    return { token: decodeToken(token), problem: null }
  } catch (error) {
    if (!(error instanceof CliError && error.reason === 'refused')) throw error
    return { token: null, problem: error.message }
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new CliError('usage', '--port takes a number from 0 to 65535.')
}
