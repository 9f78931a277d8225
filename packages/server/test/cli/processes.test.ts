import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cleanEnvironment, NODE_SIGNS } from '../support/clean-environment.ts'
import { type DevServer, startDevServer } from '../support/dev-server.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const SOURCE = join(import.meta.dirname, '..', '..', 'src')
const LAUNCHER = join(SOURCE, 'launch.js')

/** Makes the interpreter say that it is older than it is. */
const AS_NODE_20 = [
  '--import',
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.0'}})",
]

describe('the launcher', () => {
  it('starts Credence', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [LAUNCHER, '--version'])
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('uses the pinned Node.js when it is started on an old one', async () => {
    const child = spawn(process.execPath, [...AS_NODE_20, LAUNCHER, 'user', 'list', '--json'], {
      cwd: tmpdir(),
      env: cleanEnvironment(),
    })
    const { exitCode, errors } = await readEnd(child)
    expect(JSON.parse(errors)).toMatchObject({ error: { reason: 'data' } })
    expect(exitCode).toBe(4)
  })

  it('says what is missing when there is no newer Node.js', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'credence-launch-'))
    copyFileSync(LAUNCHER, join(directory, 'launch.mjs'))
    const child = spawn(process.execPath, [...AS_NODE_20, join(directory, 'launch.mjs')])
    const { exitCode, output, errors } = await readEnd(child)
    rmSync(directory, { recursive: true })
    expect(errors).toBe(
      'error: Credence needs Node.js 24 or newer, and this is 20.19.0. Install a newer one, and run this again with it.\n',
    )
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' })
  })

  it('passes signals on to the Node.js that it has started', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'credence-launch-'))
    const child = spawn(
      process.execPath,
      [...AS_NODE_20, LAUNCHER, 'dev', '--port', '0', '--json', ...NODE_SIGNS],
      { cwd: directory, env: cleanEnvironment() },
    )
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const { exitCode, errors } = await readEnd(child)
    rmSync(directory, { recursive: true })
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' })
  })
})

describe('beside a server for development', () => {
  let server: DevServer

  beforeAll(async () => {
    server = await startDevServer()
  })

  afterAll(() => server[Symbol.asyncDispose]())

  /** Runs a shell command in which `credence` is the program. */
  function shell(command: string): Promise<ProcessEnd> {
    const program = `credence() { '${process.execPath}' '${join(SOURCE, 'main.ts')}' "$@"; }; `
    const child = spawn('bash', ['-c', `${program}${command}`], {
      cwd: server.directory,
      env: { ...cleanEnvironment(), ...server.environment },
    })
    return readEnd(child)
  }

  it('keeps everything for its owner alone', () => {
    const data = join(server.directory, '.credence')
    expect(statSync(data).mode & 0o777).toBe(0o700)
    const modes = readdirSync(data).map(name => [name, statSync(join(data, name)).mode & 0o777])
    expect(modes.filter(([, mode]) => mode !== 0o600)).toEqual([])
    expect(modes.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'audit.jsonl',
        'credence.db',
        'credence.yaml',
        'dev.env',
        'master.key',
      ]),
    )
  })

  it('hands a token from one command to the next through a pipe', async () => {
    const end = await shell('credence token --audience a | credence verify - --audience a --json')
    expect(end).toMatchObject({ exitCode: 0, errors: '' })
    expect(JSON.parse(end.output)).toMatchObject({ verified: true, claims: { aud: 'a' } })
  })

  it('reads a policy from standard input', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    }
    writeFileSync(join(server.directory, 'deny.json'), JSON.stringify(policy))
    const end = await shell('credence policy put deny - --user admin < deny.json')
    expect(end).toEqual({ exitCode: 0, output: 'User admin has the policy deny.\n', errors: '' })
    const denied = await shell('credence token --audience a')
    expect(denied.errors).toMatch(/^error: AccessDenied: /)
    expect(denied.exitCode).toBe(6)
    expect(await shell('credence policy delete deny --user admin')).toMatchObject({ exitCode: 0 })
    expect(await shell('credence token --audience a')).toMatchObject({ exitCode: 0 })
  })

  it('refuses endless standard input', async () => {
    const end = await shell('credence policy put endless - --user admin < /dev/zero')
    expect(end).toEqual({
      exitCode: 2,
      output: '',
      errors: 'error: Standard input is longer than 1048576 bytes.\n',
    })
  })

  it('ends without a word when nobody reads on', async () => {
    const end = await shell('set -o pipefail; credence config show | true')
    expect(end).toEqual({ exitCode: 0, output: '', errors: '' })
  })

  it('fails when what it prints is lost', async () => {
    const end = await shell('credence access-key create --root > /dev/full')
    expect(end.errors).toBe('error: Standard output is lost: the disk is full.\n')
    expect(end.exitCode).toBe(1)
  })
})

interface ProcessEnd {
  readonly exitCode: number | null
  readonly output: string
  readonly errors: string
}

async function readEnd(child: ChildProcessWithoutNullStreams): Promise<ProcessEnd> {
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exitCode, output, errors }
}
