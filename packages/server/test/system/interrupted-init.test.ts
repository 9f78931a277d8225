import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import { startCredence } from './credence-process.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 240_000 })

const KILL_AT = new URL('../../src/runtime/test/kill-at.ts', import.meta.url)

/** How many processes are killed at the same time, each in a place of its own. */
const AT_ONCE = 4

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'credence-init-'))
})

afterEach(() => rmSync(root, { recursive: true }))

/** A place for an installation, and its configuration. */
function preparePlace(name: string) {
  const path = (...parts: readonly string[]) => join(root, name, ...parts)
  const configFile = join(root, `${name}.yaml`)
  const settings = {
    issuer: { baseUrl: 'https://sts.example.org' },
    store: { path: path('data', 'credence.db') },
    masterKey: { file: path('keys', 'master.key') },
  }
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(settings))
  return { configFile, store: path('data', 'credence.db'), key: path('keys', 'master.key'), path }
}

/** Whether `init` came to its end before the step that it should be killed at. */
async function initUntil(killAt: number): Promise<boolean> {
  const { configFile, store, key, path } = preparePlace(`step-${killAt}`)
  await using init = startCredence(['--config', configFile, 'init'], {
    env: { NODE_OPTIONS: `--import=${KILL_AT.href}`, TEST_KILL_AT: String(killAt) },
  })
  const { exitCode, errors } = await init.ended
  expect({ exitCode: exitCode ?? 0, errors }).toEqual({ exitCode: 0, errors: '' })

  const keyBefore = existsSync(key) ? readFileSync(key) : null
  if (keyBefore !== null) expect(keyBefore).toHaveLength(32)
  const run = async (...args: readonly string[]) => {
    using terminal = createFakeTerminal()
    const code = await runCli(['--config', configFile, ...args], terminal)
    return { code, told: terminal.output() + terminal.errors() }
  }
  // Whatever is there is whole: the store opens, or a second attempt makes it.
  if (existsSync(store)) {
    expect(await run('init')).toMatchObject({ code: 4, told: expect.stringMatching(/already/) })
  } else {
    expect(await run('init')).toMatchObject({ code: 0 })
    expect(readdirSync(path('data'))).toEqual(['credence.db'])
    expect(readdirSync(path('keys'))).toEqual(['master.key'])
  }
  expect(await run('account', 'create', '123456789012')).toMatchObject({ code: 0 })
  if (keyBefore !== null) expect(readFileSync(key)).toEqual(keyBefore)
  return exitCode !== null
}

it('init can be killed at any step, and the next one goes on', async () => {
  const ended: boolean[] = []
  while (!ended.includes(true)) {
    const steps = Array.from({ length: AT_ONCE }, (_, index) => ended.length + index + 1)
    ended.push(...(await Promise.all(steps.map(initUntil))))
  }
  // Directories, key, store: each has several steps, or the steps were not seen.
  expect(ended.indexOf(true)).toBeGreaterThan(15)
})

it('several at once in one place make one installation, and the others say why they did not', async () => {
  const { configFile, path } = preparePlace('shared')
  const all = Array.from({ length: 4 }, () => startCredence(['--config', configFile, 'init']))
  const outcomes = await Promise.all(all.map(({ ended }) => ended))

  expect(outcomes.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 4, 4, 4])
  for (const { exitCode, errors } of outcomes) {
    if (exitCode === 4)
      expect(errors).toMatch(/Another program is making files in|There is a store/)
  }
  expect(readdirSync(path('data'))).toEqual(['credence.db'])
  expect(readdirSync(path('keys'))).toEqual(['master.key'])
  using terminal = createFakeTerminal()
  const list = await runCli(['--config', configFile, 'account', 'list'], terminal)
  expect({ list, errors: terminal.errors() }).toEqual({ list: 0, errors: '' })
})
