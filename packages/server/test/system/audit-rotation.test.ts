import { existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { startServe } from './credence-process.ts'
import { createInstallation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

it('writes to a new audit file after a rename and SIGHUP, and loses no line in between', async () => {
  using installation = await createInstallation()
  await using server = await startServe(installation.configFile)
  using clients = createSdkClients(installation, { connections: 4 })
  const { auditFile } = installation
  const rotated = `${auditFile}.1`
  const answered: string[] = []
  const issue = async () => answered.push((await clients.issue()).requestId)

  await Promise.all([issue(), issue(), issue()])
  renameSync(auditFile, rotated)
  // Until the signal has arrived, lines still go to the file that was renamed.
  await issue()
  server.child.kill('SIGHUP')
  while (!existsSync(auditFile)) await issue()
  await issue()
  await server.stop('SIGTERM')

  const ids = (file: string): readonly string[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).requestID)
  expect([...ids(rotated), ...ids(auditFile)].toSorted()).toEqual(answered.toSorted())
  expect(ids(rotated).length).toBeGreaterThanOrEqual(4)
  expect(ids(auditFile)).toContain(answered.at(-1))
  expect(statSync(auditFile).mode & 0o777).toBe(0o600)
})
