import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { type MasterKeyResult, runMasterKey } from '../support/master-key.ts'
import { startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 90_000 })

const run = ({ configFile }: Installation, ...args: readonly string[]): Promise<MasterKeyResult> =>
  runMasterKey(['--config', configFile], args)
const keys = ({ directory }: Installation, name = '') => join(directory, 'keys', name)

it('goes over to another key beside several workers, and starts again with it', async () => {
  using installation = await createInstallation({ settings: { server: { workers: 2 } } })
  const { json: before } = await run(installation, 'status')
  {
    await using server = await startServe(installation.configFile)
    using clients = createSdkClients(installation)
    await clients.issue()
    const { exitCode, json, errors } = await run(installation, 'rotate')
    expect({ exitCode, errors }).toMatchObject({ exitCode: 0 })
    expect(json).toMatchObject({
      formerMasterKeyId: before['boundTo'],
      filesMoved: true,
      unreadable: [],
      erased: true,
    })
    for (let call = 0; call < 4; call += 1) await clients.issue()
    expect((await server.stop('SIGTERM')).exitCode).toBe(0)
  }
  expect(readdirSync(keys(installation)).toSorted()).toEqual(['master.key', 'master.key.previous'])
  const { json: after } = await run(installation, 'status')
  expect(after).toMatchObject({
    boundTo: expect.not.stringMatching(String(before['boundTo'])),
    keys: [
      { id: after['boundTo'], use: 'current', accessKeys: 1 },
      { id: before['boundTo'], use: 'sessions', accessKeys: 0, privateKeys: 0, bindings: 0 },
    ],
  })
  // The former key alone opens nothing.
  const file = keys(installation, 'master.key')
  const current = readFileSync(file)
  copyFileSync(keys(installation, 'master.key.previous'), file)
  const refused = await run(installation, 'status')
  expect(refused.exitCode).toBe(4)
  expect(JSON.parse(refused.errors).error.message).toContain(
    `which has followed ${before['boundTo']}`,
  )
  writeFileSync(file, current)
  await using again = await startServe(installation.configFile)
  using clients = createSdkClients(installation)
  await clients.issue()
  expect((await again.stop('SIGTERM')).exitCode).toBe(0)
})

it('seals nothing while the server cannot open the new key, and goes on when it can', async () => {
  using installation = await createInstallation()
  // The configuration of the server names another place than that of the command.
  const elsewhere = ['--set', `masterKey.nextFile=${keys(installation, 'delivered.key')}`]
  await using server = await startServe(installation.configFile, { args: elsewhere })
  const { json: before } = await run(installation, 'status')
  const refused = await run(installation, 'rotate', '--wait', '3')
  expect(refused.exitCode).toBe(4)
  expect(refused.errors).toContain('The running server does not open master key')
  expect(refused.errors).toContain('so nothing is sealed under it')
  const { json: between } = await run(installation, 'status')
  expect(between).toMatchObject({ boundTo: before['boundTo'], change: { phase: 'opening' } })
  expect(between['keys']).toMatchObject([
    { id: before['boundTo'], use: 'is followed', accessKeys: 1 },
    { use: 'follows', accessKeys: 0, privateKeys: 0, bindings: 0 },
  ])
  copyFileSync(keys(installation, 'master.key.next'), keys(installation, 'delivered.key'))
  chmodSync(keys(installation, 'delivered.key'), 0o600)
  const done = await run(installation, 'rotate')
  expect(done.exitCode).toBe(0)
  using clients = createSdkClients(installation)
  await clients.issue()
  expect((await server.stop('SIGTERM')).exitCode).toBe(0)
})

it('says what is to be done by hand where the key does not come from a file', async () => {
  using installation = await createInstallation()
  const { configFile } = installation
  const env = { CREDENCE_MASTER_KEY: readFileSync(keys(installation, 'master.key'), 'base64') }
  rmSync(keys(installation, 'master.key'))
  const flags = ['masterKey.file=', 'masterKey.env=CREDENCE_MASTER_KEY'].flatMap(each => [
    '--set',
    each,
  ])
  const nowhere = await runMasterKey(['--config', configFile, ...flags], ['rotate'], { env })
  expect(nowhere.exitCode).toBe(3)
  expect(nowhere.errors).toContain('set masterKey.nextFile')

  const next = join(installation.directory, 'next.key')
  flags.push('--set', `masterKey.nextFile=${next}`)
  await using server = await startServe(configFile, { args: flags, env })
  const done = await runMasterKey(['--config', configFile, ...flags], ['rotate'], { env })
  expect(done).toMatchObject({ exitCode: 0, json: { filesMoved: false } })
  using clients = createSdkClients(installation)
  await clients.issue()
  expect((await server.stop('SIGTERM')).exitCode).toBe(0)
  // Both keys are in their places, whichever is current: the server starts as before.
  await using again = await startServe(configFile, { args: flags, env })
  await clients.issue()
  expect((await again.stop('SIGTERM')).exitCode).toBe(0)
})
