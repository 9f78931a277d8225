import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'

const home = process.cwd()
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-signals-'))
  process.chdir(directory)
})

afterEach(() => {
  process.chdir(home)
  rmSync(directory, { recursive: true })
})

it('ends a development server with the terminal that it was started at', async () => {
  using terminal = createFakeTerminal({ isInteractive: true })
  const exitCode = runCli(['dev', '--port', '0'], terminal)
  await terminal.nextPrint()
  terminal.send('SIGHUP')
  expect(await exitCode).toBe(0)
})

it('goes on at SIGHUP without a terminal, and listens to nobody after its end', async () => {
  using terminal = createFakeTerminal()
  let hasEnded = false
  const exitCode = runCli(['dev', '--port', '0', '--json'], terminal).finally(() => {
    hasEnded = true
  })
  await terminal.nextPrint()
  terminal.send('SIGHUP')
  const { endpoint } = JSON.parse(terminal.output())
  expect((await fetch(`${endpoint}/livez`)).status).toBe(200)
  expect(hasEnded).toBe(false)
  terminal.send('SIGTERM')
  expect(await exitCode).toBe(0)
  await expect(fetch(`${endpoint}/livez`)).rejects.toThrow('fetch failed')
})

it('stops as soon as it has started when the signal came before', async () => {
  using terminal = createFakeTerminal()
  const exitCode = runCli(['dev', '--port', '0', '--json'], terminal)
  const stop = setInterval(() => terminal.send('SIGTERM'), 1)
  expect(await exitCode).toBe(0)
  clearInterval(stop)
})
