import { readFileSync, statSync, truncateSync, unlinkSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { type CredenceProcess, startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { untilKeysStandBy } from './keys-stand-by.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const PATIENCE = { timeout: 30_000, interval: 20 }

interface World extends AsyncDisposable {
  readonly installation: Installation
  readonly server: CredenceProcess
  readonly readIds: () => readonly string[]
}

async function startWorld(workers: number): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const installation = stack.use(await createInstallation({ settings: { server: { workers } } }))
  const server = stack.use(await startServe(installation.configFile))
  await untilKeysStandBy(installation)
  const disposal = stack.move()
  return {
    installation,
    server,
    readIds: () => installation.readAuditLines().map(line => JSON.parse(line).requestID),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}

it.each([1, 2])(
  'a deleted audit file is made again while nobody calls (%i workers)',
  async workers => {
    await using world = await startWorld(workers)
    const { installation, server } = world
    const { auditFile } = installation
    unlinkSync(auditFile)
    await vi.waitFor(() => expect(statSync(auditFile).size).toBe(0), PATIENCE)
    const { errors } = await server.stop('SIGTERM')
    expect(errors).toContain('the audit file was deleted: events are lost, writing goes on')
  },
)

it.each([1, 2])(
  'every grant is in the file at its path, however often it is deleted (%i workers)',
  async workers => {
    await using world = await startWorld(workers)
    const { installation, readIds } = world
    using clients = createSdkClients(installation, { connections: 4 })
    for (let round = 0; round < 10; round += 1) {
      unlinkSync(installation.auditFile)
      const answers = await Promise.all([1, 2, 3, 4].map(() => clients.issue()))
      expect(readIds()).toEqual(expect.arrayContaining(answers.map(({ requestId }) => requestId)))
    }
  },
)

it.each([1, 2])('a truncated audit file is told, and written on (%i workers)', async workers => {
  await using world = await startWorld(workers)
  const { installation, server } = world
  using clients = createSdkClients(installation, { connections: 4 })
  const { auditFile } = installation
  await Promise.all([1, 2, 3, 4].map(() => clients.issue()))
  truncateSync(auditFile, 100)
  // The line that was cut gets its end.
  await vi.waitFor(() => expect(readFileSync(auditFile, 'utf8')).toMatch(/^.{100}\n+$/), PATIENCE)
  const { requestId } = await clients.issue()
  const last = installation.readAuditLines().at(-1) ?? ''
  expect(JSON.parse(last)).toMatchObject({ requestID: requestId })
  const { errors } = await server.stop('SIGTERM')
  expect(errors).toContain('the audit file was truncated: events are lost, writing goes on')
})
