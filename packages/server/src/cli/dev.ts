import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { defaultMasterKeyFile, type OpenData, startServer } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { findMasterKeySource } from '../config/serve-config.ts'
import { createMasterKeyFile } from '../secrets/master-key-file.ts'
import { CommandContext } from './command-context.ts'
import { decodeToken } from './decode-token.ts'
import { ensureDevConfig } from './dev-config.ts'
import {
  DEV_ENVIRONMENT_FILE,
  DEV_REGION,
  listDevEnvironment,
  writeDevEnvironment,
} from './dev-environment.ts'
import { formatDevReport } from './dev-report.ts'
import { type DevIdentity, seedDevAccount } from './dev-seed.ts'
import { makePrivateDirectory } from './init.ts'
import type { Terminal } from './terminal.ts'
import { requestToken } from './token.ts'
import { verifyToken } from './verify.ts'
import { waitForStop } from './wait-for-stop.ts'

const DATA_DIRECTORY = '.credence'
const DEFAULT_PORT = 4747
const PROOF_AUDIENCE = 'https://api.example.com'

/** `credence dev` */
export function addDevCommand(program: Command, terminal: Terminal): void {
  program
    .command('dev')
    .option(
      '--port <number>',
      'where to listen at the first start; 0: any',
      parsePort,
      DEFAULT_PORT,
    )
    .description('run a server for development in ./.credence, made at the first start')
    .addHelpText('after', '\nExample:\n  credence dev')
    .action(async ({ port }: { readonly port: number }, command: Command) => {
      const context = new CommandContext(terminal, command)
      makePrivateDirectory(DATA_DIRECTORY)
      await ensureDevConfig(port)
      const { config } = context.loadConfig()
      await ensureMasterKey(config, terminal)
      const server = await startServer(config, terminal)
      try {
        const { json, text } = await prove(server.endpoint, server.data, terminal)
        context.report({ json, text })
      } catch (error) {
        await server.stop({ graceMs: 0 })
        throw error
      }
      await waitForStop(terminal, server)
    })
}

/**
 * A new installation gets a master key. One that has a store has lost its key: making a new one would
 * look like a start, and open nothing.
 */
async function ensureMasterKey(config: Config, { random }: Terminal): Promise<void> {
  const source = findMasterKeySource(config)
  const path = source === null ? defaultMasterKeyFile(config) : null
  const file = source?.kind === 'file' ? source.path : path
  if (file === null || existsSync(file) || existsSync(config.store.path)) return
  await createMasterKeyFile(file, random)
}

/** Seeds what is missing, then takes and verifies a token over HTTP like any client and any stranger. */
async function prove(endpoint: string, data: OpenData, terminal: Terminal) {
  const identity: DevIdentity = await seedDevAccount(data, terminal)
  const environment = listDevEnvironment(endpoint, identity)
  writeDevEnvironment(environment)
  const nowMs = () => terminal.clock.nowMs()
  const { credentials, issuerUrl } = identity
  const { token } = await requestToken(
    { endpoint, region: DEV_REGION, credentials, nowMs },
    {
      audience: [PROOF_AUDIENCE],
      algorithm: 'ES384',
      tag: [{ key: 'purpose', value: 'self-check' }],
    },
  )
  await verifyToken(token, { issuer: issuerUrl, audience: PROOF_AUDIENCE, nowMs })
  const decoded = decodeToken(token)
  return {
    json: {
      endpoint,
      issuer: issuerUrl,
      account: identity.accountId,
      accessKeyId: credentials.accessKeyId,
      environmentFile: DEV_ENVIRONMENT_FILE,
      token: decoded,
    },
    text: formatDevReport({ endpoint, identity, decoded }),
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('0 to 65535')
  return port
}
