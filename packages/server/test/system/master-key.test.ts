import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { startCredence, startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const PATIENCE = { timeout: 30_000, interval: 50 }

const FROM_DESCRIPTOR = ['--set', 'masterKey.file=', '--set', 'masterKey.fd=3']
const FROM_VARIABLE = ['--set', 'masterKey.file=', '--set', 'masterKey.env=CREDENCE_MASTER_KEY']

it('takes the master key from a file descriptor', async () => {
  using installation = await createInstallation()
  const descriptor = openSync(keyFile(installation), 'r')
  await using server = startCredence(
    ['serve', '--config', installation.configFile, ...FROM_DESCRIPTOR],
    { stdio: ['ignore', 'pipe', 'pipe', descriptor] },
  )
  closeSync(descriptor)
  rmSync(keyFile(installation))
  await server.firstLine
  using clients = createSdkClients(installation)
  await clients.issue()
  expect((await server.stop('SIGTERM')).exitCode).toBe(0)
})

it.runIf(process.platform === 'linux')(
  'hands the key of a descriptor to each worker, and to those that follow, without showing it',
  async () => {
    using installation = await createInstallation({ settings: { server: { workers: 2 } } })
    const key = readFileSync(keyFile(installation))
    const descriptor = openSync(keyFile(installation), 'r')
    await using server = startCredence(
      ['serve', '--config', installation.configFile, ...FROM_DESCRIPTOR],
      { stdio: ['ignore', 'pipe', 'pipe', descriptor] },
    )
    closeSync(descriptor)
    rmSync(keyFile(installation))
    await server.firstLine
    const pid = server.child.pid ?? 0
    const first = await vi.waitFor(() => listWorkers(pid, []), PATIENCE)
    const [victim = 0] = first
    process.kill(victim, 'SIGKILL')
    const workers = await vi.waitFor(() => listWorkers(pid, [victim]), PATIENCE)
    expect(workers).not.toContain(victim)

    for (const each of [pid, ...workers]) {
      for (const name of ['environ', 'cmdline']) {
        const content = readFileSync(`/proc/${each}/${name}`)
        for (const form of [key, key.toString('hex'), key.toString('base64')]) {
          expect(content.includes(form)).toBe(false)
        }
      }
    }
    using clients = createSdkClients(installation)
    for (let call = 0; call < 4; call += 1) await clients.issue()
    expect((await server.stop('SIGTERM')).exitCode).toBe(0)
  },
)

it('takes the master key from an environment variable', async () => {
  using installation = await createInstallation()
  const key = readFileSync(keyFile(installation)).toString('base64')
  rmSync(keyFile(installation))
  await using server = await startServe(installation.configFile, {
    args: FROM_VARIABLE,
    env: { CREDENCE_MASTER_KEY: key },
  })
  using clients = createSdkClients(installation)
  await clients.issue()
  expect((await server.stop('SIGTERM')).exitCode).toBe(0)
})

it.each([
  ['a descriptor that is not there', FROM_DESCRIPTOR, {}, /file descriptor 3: E/],
  ['a variable that is not set', FROM_VARIABLE, {}, /variable CREDENCE_MASTER_KEY is not set/],
  [
    'a key of another installation',
    FROM_VARIABLE,
    { CREDENCE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') },
    /the master key does not fit the store/,
  ],
])('refuses to start with %s', async (_what, args, env, message) => {
  using installation = await createInstallation()
  const before = readFileSync(join(installation.directory, 'data', 'credence.db'))
  const refused = startCredence(['serve', '--config', installation.configFile, ...args], { env })
  const { exitCode, output, errors } = await refused.ended
  expect({ exitCode, output }).toEqual({ exitCode: 4, output: '' })
  expect(errors).toMatch(message)
  expect(readFileSync(join(installation.directory, 'data', 'credence.db'))).toEqual(before)
})

/** The two processes that a primary process has started, once there are two (proc_pid_task(5)). */
function listWorkers(primary: number, gone: readonly number[]): readonly number[] {
  const text = readFileSync(`/proc/${primary}/task/${primary}/children`, 'utf8').trim()
  const workers = text.split(' ').map(Number)
  expect(workers.filter(each => !gone.includes(each))).toHaveLength(2)
  return workers
}

function keyFile({ directory }: Installation): string {
  return join(directory, 'keys', 'master.key')
}
