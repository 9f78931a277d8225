import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { decodeToken } from '../../src/cli/decode-token.ts'
import { startDevServer } from '../support/dev-server.ts'
import { startCredence } from './credence-process.ts'

// Processes of their own: the server goes away and comes back, the helper is signalled and killed.
vi.setConfig({ testTimeout: 240_000 })

const PATIENCE = { timeout: 60_000, interval: 20 }

it('keeps a file fresh beside a server that is restarted, and ends without a rest', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'credence-watch-'))
  const tokens = join(directory, 'tokens')
  mkdirSync(tokens, { mode: 0o700 })
  const [file, ready] = [join(tokens, 'a.jwt'), join(tokens, 'ready')]
  const server = await startDevServer({ directory })
  const words = ['--audience', 'a', '--out', file, '--duration', '60', '--ready-file', ready]
  await using helper = startCredence(['token', '--watch', '--json', ...words], {
    env: server.environment,
  })
  let told = ''
  helper.child.stderr?.on('data', text => {
    told += text
  })
  await vi.waitFor(() => expect(existsSync(ready)).toBe(true), PATIENCE)
  expect(statSync(file).mode & 0o777).toBe(0o600)

  // Whoever reads at any moment finds a whole token.
  const seen = new Set<unknown>()
  const look = () => seen.add(decodeToken(readFileSync(file, 'utf8')).claims['jti'])
  for (const count of [1, 2, 3]) {
    look()
    expect(seen.size).toBe(count)
    helper.child.kill('SIGHUP')
    await vi.waitFor(() => {
      look()
      expect(seen.size).toBe(count + 1)
    }, PATIENCE)
  }

  expect(await server.stop('SIGTERM')).toBe(0)
  helper.child.kill('SIGHUP')
  await vi.waitFor(() => expect(told).toContain('"event":"failed"'), PATIENCE)
  expect(existsSync(ready)).toBe(true)
  // It listens on the port of its first start.
  const again = await startDevServer({ directory })
  const before = seen.size
  helper.child.kill('SIGHUP')
  await vi.waitFor(() => {
    look()
    expect(seen.size).toBeGreaterThan(before)
  }, PATIENCE)

  const end = await helper.stop('SIGTERM')
  expect(end).toMatchObject({ exitCode: 0, output: '' })
  expect(end.errors).not.toMatch(/[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/)
  for (const line of end.errors.trimEnd().split('\n')) JSON.parse(line)
  expect(readdirSync(tokens)).toEqual(['a.jwt'])
  await again[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})
