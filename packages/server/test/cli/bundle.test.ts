import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier } from '@credence/verify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { createFakeTerminal, type FakeTerminal } from '../support/fake-terminal.ts'

const home = process.cwd()
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-bundle-'))
  process.chdir(directory)
})

afterEach(() => {
  process.chdir(home)
  rmSync(directory, { recursive: true })
})

async function run(...words: readonly string[]): Promise<string> {
  using terminal = createFakeTerminal({ env: readDevEnvironment() })
  expect(await runCli(words, terminal), terminal.errors()).toBe(0)
  return terminal.output().trim()
}

function readDevEnvironment(): Record<string, string> {
  const exports = readFileSync('.credence/dev.env', 'utf8').matchAll(/^export (\w+)='(.*)'$/gm)
  return Object.fromEntries(Array.from(exports, ([, name = '', value = '']) => [name, value]))
}

async function startServer(terminal: FakeTerminal): Promise<() => Promise<void>> {
  const exitCode = runCli(['dev', '--port', '0', '--json'], terminal)
  await terminal.nextPrint()
  return async () => {
    terminal.send('SIGTERM')
    expect(await exitCode).toBe(0)
  }
}

it('lets a verifier do without the server', async () => {
  using terminal = createFakeTerminal()
  const stopServer = await startServer(terminal)
  const { issuer, account } = JSON.parse(terminal.output())
  const token = await run('token', '--audience', 'https://api.example.com')
  const tokenOfRsa = await run(
    'token',
    '--audience',
    'https://api.example.com',
    '--algorithm',
    'RS256',
  )
  await stopServer()

  const signer = JSON.parse(await run('bundle', 'create-key', 'bundle-key.pem'))
  const bundle = await run('bundle', 'sign', '--key', 'bundle-key.pem')
  const verifier = createVerifier({
    issuers: [{ issuer, accounts: [account], allowInsecureHttp: true, keys: { bundle, signer } }],
    audience: 'https://api.example.com',
    nowMs: terminal.clock.nowMs,
    fetch: () => Promise.reject(new Error('nothing may be fetched')),
  })
  expect((await verifier.verify(token)).principal.name).toBe('admin')
  expect((await verifier.verify(tokenOfRsa)).algorithm).toBe('RS256')
})
