import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../../src/cli/run-cli.ts'
import { findFreePort } from '../../src/http/free-port.ts'
import type { SelfSigned } from '../../src/http/test/self-signed.ts'
import { createTestClock } from '../support/clock.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'

/** The account of every installation here. */
export const ACCOUNT_ID = '123456789012'

const ADMINISTRATOR = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

/** What a command line came to. */
export interface CommandResult {
  readonly exitCode: number
  readonly output: string
  readonly errors: string
}

/** The data of a production server, made as an operator makes it; no server runs yet. */
export interface Installation extends Disposable {
  readonly directory: string
  readonly configFile: string
  readonly auditFile: string
  readonly endpoint: string
  readonly port: number
  readonly issuer: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Runs the command line on the data, in this process. */
  readonly credence: (...args: readonly string[]) => Promise<CommandResult>
  /** The lines of the audit; the last one may be unfinished. */
  readonly readAuditLines: () => readonly string[]
}

/** Makes an installation with an account, an administrator with a key, and an issuer. */
export async function createInstallation(
  options: {
    readonly tls?: SelfSigned
    readonly settings?: Readonly<Record<string, unknown>>
  } = {},
): Promise<Installation> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-system-'))
  const port = await findFreePort('127.0.0.1')
  const { tls, settings = {} } = options
  const endpoint = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`
  const auditFile = join(directory, 'audit.jsonl')
  const configFile = join(directory, 'credence.yaml')
  if (tls !== undefined) writeCertificate(directory, tls)
  const config = {
    listen: { port },
    issuer: { baseUrl: endpoint },
    store: { path: join(directory, 'data', 'credence.db') },
    masterKey: { file: join(directory, 'keys', 'master.key') },
    audit: { file: auditFile },
    // Otherwise CPU and libraries decide, and what the log says depends on them.
    signer: { multiBuffer: 'off', nettle: 'off' },
    ...(tls === undefined ? {} : { tls: listCertificateFiles(directory) }),
    ...settings,
  }
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(config))

  const credence: Installation['credence'] = async (...args) => {
    using terminal = createFakeTerminal({
      clock: createTestClock(Date.now()),
      input: ADMINISTRATOR,
    })
    const exitCode = await runCli(['--config', configFile, ...args], terminal)
    return { exitCode, output: terminal.output(), errors: terminal.errors() }
  }
  const needJson = async (
    ...args: readonly string[]
  ): Promise<Readonly<Record<string, string>>> => {
    const { exitCode, output, errors } = await credence(...args, '--json')
    if (exitCode !== 0) throw new Error(`credence ${args.join(' ')}: ${errors}`)
    return JSON.parse(output)
  }

  await needJson('init')
  await needJson('account', 'create', ACCOUNT_ID)
  await needJson('user', 'create', 'admin')
  await needJson('policy', 'put', 'all', '-', '--user', 'admin')
  const key = await needJson('access-key', 'create', '--user', 'admin')
  const federation = await needJson('federation', 'enable')
  return {
    directory,
    configFile,
    auditFile,
    endpoint,
    port,
    issuer: federation['issuerUrl'] ?? '',
    credentials: {
      accessKeyId: key['accessKeyId'] ?? '',
      secretAccessKey: key['secretAccessKey'] ?? '',
    },
    credence,
    readAuditLines: () => readFileSync(auditFile, 'utf8').split('\n').slice(0, -1),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}

/** Puts a certificate where the server of an installation looks for it. */
export function writeCertificate(directory: string, { cert, key }: SelfSigned): void {
  const { certFile, keyFile } = listCertificateFiles(directory)
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key)
}

function listCertificateFiles(directory: string) {
  return { certFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') }
}
