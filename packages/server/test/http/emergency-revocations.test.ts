import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { startChild } from '../../src/store/test/child.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

// The command that needs the store waits for its lock.
vi.setConfig({ testTimeout: 60_000 })

const HOLD_WRITE_LOCK = new URL('../../src/store/sqlite/test/hold-write-lock.ts', import.meta.url)
const ACCOUNT_ID = '123456789012'

async function revoke(directory: string, ...args: readonly string[]) {
  using terminal = createFakeTerminal()
  const exitCode = await runCli(
    [
      ...['key', 'revoke', ...args],
      ...['--set', `store.path=${join(directory, 'credence.db')}`],
      ...['--set', `masterKey.file=${join(directory, 'master.key')}`],
      ...['--set', `audit.file=${join(directory, 'audit.jsonl')}`],
      ...['--set', 'store.lockTimeoutSeconds=1'],
    ],
    terminal,
  )
  return { exitCode, output: terminal.output(), errors: terminal.errors() }
}

/** An account with a caller, and what it gets. */
async function addCaller(server: TestServer, accountId: string) {
  const account = await addAccount(server, accountId)
  const { credentials } = await addUser(server, account, 'alice')
  await server.rotateKeys()
  const federation = await server.data.issuer.findFederation(account)
  const sign = (SigningAlgorithm: string) =>
    call(server, credentials, tokenCall({ SigningAlgorithm }))
  return {
    account,
    sign: async (algorithm = 'ES384') => (await sign(algorithm)).status,
    async readKeyIds(): Promise<readonly string[] | number> {
      const response = await fetch(`${federation?.issuerUrl}/.well-known/jwks.json`)
      if (!response.ok) return response.status
      const { keys }: { keys: readonly { kid: string }[] } = JSON.parse(await response.text())
      return keys.map(({ kid }) => kid)
    },
    findKey: async (generation: number) => {
      const keys = await server.data.store.listIssuerKeys(account.id)
      const key = keys.find(each => each.algorithm === 'ES384' && each.generation === generation)
      return { state: key?.state, kid: key?.thumbprint ?? '' }
    },
  }
}

it('a key is revoked while another process keeps the store, and in the store afterwards', async () => {
  await using server = await startTestServer({ settings: { 'store.lockTimeoutSeconds': '1' } })
  const alice = await addCaller(server, ACCOUNT_ID)
  const other = await addCaller(server, '000000000007')
  expect(await alice.sign()).toBe(200)
  const { kid } = await alice.findKey(0)
  const holder = startChild(HOLD_WRITE_LOCK, [join(server.directory, 'credence.db')])
  expect(await holder.readLine()).toBe('locked')

  const failed = await revoke(server.directory, kid, '--account', ACCOUNT_ID)
  expect(failed.exitCode).toBe(4)
  expect(failed.errors).toContain('credence key revoke KID --emergency')
  const named = await revoke(server.directory, kid, '--emergency', '--reason', 'in a log')
  expect(named.exitCode, named.errors).toBe(0)
  expect(named.output).toContain('what keeps to max-age: until ')

  await server.readEmergency()
  expect(await alice.sign()).toBe(503)
  expect(await alice.readKeyIds()).not.toContain(kid)
  // It only ever denies this one.
  expect(await alice.sign('RS256')).toBe(200)
  expect(await other.sign()).toBe(200)
  expect(await alice.readKeyIds()).toHaveLength(3)
  expect(await other.readKeyIds()).toHaveLength(4)
  await server.rotateKeys()
  expect(await alice.sign()).toBe(503)
  expect(await alice.findKey(0)).toMatchObject({ state: 'active' })

  await holder.kill()
  await server.rotateKeys()
  expect(await alice.findKey(0)).toMatchObject({ state: 'revoked' })
  expect(await alice.findKey(1)).toMatchObject({ state: 'active' })
  expect(await alice.sign()).toBe(200)
  expect(await alice.readKeyIds()).not.toContain(kid)
  expect(server.readAudit()).toMatch(/"SigningKeyRevoked".*"by":"emergency-revocations"/)
  expect(server.readLog()).toContain('a key is revoked as named in an emergency')

  // Once in the store, it is not revoked again, and its line may stay.
  await server.rotateKeys()
  expect(server.readAudit().match(/"SigningKeyRevoked"/g)).toHaveLength(1)
})

it('a line that names no key denies every key until it is mended', async () => {
  await using server = await startTestServer()
  const alice = await addCaller(server, ACCOUNT_ID)
  const file = join(server.directory, 'emergency-revocations')
  writeFileSync(file, 'kid = abc\n')
  await server.readEmergency()
  expect([await alice.sign(), await alice.sign('RS256'), await alice.readKeyIds()]).toEqual([
    503, 503, 503,
  ])
  const { exitCode, errors } = await revoke(server.directory, 'x'.repeat(43), '--emergency')
  expect(exitCode).toBe(4)
  expect(errors).toContain('line 1 names no key')
  expect(server.readLog()).toContain('emergency revocations cannot be read')

  rmSync(file)
  await server.readEmergency()
  expect([await alice.sign(), await alice.sign('RS256')]).toEqual([200, 200])
  expect(await alice.readKeyIds()).toHaveLength(4)
})

it('a key that stands by and is named follows nobody', async () => {
  await using server = await startTestServer({ settings: { 'issuer.keyIds': 'aws' } })
  const alice = await addCaller(server, ACCOUNT_ID)
  const file = join(server.directory, 'emergency-revocations')
  writeFileSync(file, `${ACCOUNT_ID} EC384_0\n${ACCOUNT_ID} EC384_1 # too\n${ACCOUNT_ID} EC384_9\n`)
  await server.readEmergency()
  expect(await alice.readKeyIds()).toEqual(['RSA_0', 'RSA_1'])
  await server.rotateKeys()
  expect([await alice.findKey(0), await alice.findKey(1), await alice.findKey(2)]).toMatchObject([
    { state: 'revoked' },
    { state: 'revoked' },
    { state: 'active' },
  ])
  expect(server.readLog()).toContain('an emergency revocation names no key')
  expect(await alice.sign()).toBe(200)
})

it('the command needs no store, adds to what is there, and says a key once', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'credence-emergency-'))
  try {
    writeFileSync(join(directory, 'credence.db'), 'this is no store')
    const file = join(directory, 'emergency-revocations')
    const kid = 'k'.repeat(43)
    const dry = await revoke(directory, kid, '--emergency', '--dry-run')
    expect(dry.output).toContain('would name')
    for (const _again of [1, 2]) {
      const { exitCode, errors } = await revoke(directory, kid, '--emergency')
      expect(exitCode, errors).toBe(0)
    }
    writeFileSync(file, readFileSync(file, 'utf8').trim())
    const second = ['RSA_2', '--account', ACCOUNT_ID, '--emergency', '--reason', 'a\nb', '--json']
    const { output } = await revoke(directory, ...second)
    expect(JSON.parse(output)).toMatchObject({
      file,
      line: expect.stringContaining('RSA_2 # 2026'),
    })
    expect(readFileSync(file, 'utf8')).toBe(
      `${kid} # 2026-11-22T20:12:19Z\n${ACCOUNT_ID} RSA_2 # 2026-11-22T20:12:19Z ab\n`,
    )
    expect(statSync(file).mode & 0o777).toBe(0o600)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

it.each([
  ['no key', ['--emergency']],
  ['a name without its account', ['RSA_0', '--emergency']],
  ['a token', ['eyJhbGciOiJFUzM4NCJ9.e30.c2ln', '--emergency']],
  ['every account', ['--emergency', '--every-account']],
  ['an algorithm', ['k'.repeat(43), '--emergency', '--algorithm', 'ES384']],
])('the command refuses %s', async (_what, args) => {
  const { exitCode, errors } = await revoke(tmpdir(), ...args)
  expect(exitCode).toBe(2)
  expect(errors).toContain('--emergency')
})
