import { existsSync } from 'node:fs'
import { stringify } from 'yaml'
import { findFreePort } from '../http/free-port.ts'
import type { RandomSource } from '../runtime/random.ts'
import { LOCAL_CONFIG_FILE } from './command-context.ts'
import { createPrivateFile } from './private-files.ts'

const HOST = '127.0.0.1'
const DEFAULT_PORT = 4747

const HEADER = `# Written by the first start of \`credence dev\`, and yours from then on: later starts read it.
# Every key: docs/configuration.md
`

/**
 * Writes the configuration of a developer's installation, unless there is one; returns whether it did.
 * With `port` 0 it takes a port that is free now, and null takes 4747. The port is kept, because an
 * issuer URL that is in tokens must not change.
 * @throws CliError `data`
 */
export async function ensureDevConfig(port: number | null, random: RandomSource): Promise<boolean> {
  if (existsSync(LOCAL_CONFIG_FILE)) return false
  const fixedPort = port === 0 ? await findFreePort(HOST) : (port ?? DEFAULT_PORT)
  const settings = {
    listen: { host: HOST, port: fixedPort },
    issuer: { baseUrl: `http://${HOST}:${fixedPort}` },
    masterKey: { file: '.credence/master.key' },
    log: { level: 'warn' },
  }
  createPrivateFile(LOCAL_CONFIG_FILE, HEADER + stringify(settings), random)
  return true
}
