import { readFileSync, renameSync, statSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { startServe } from './credence-process.ts'
import { createInstallation } from './installation.ts'
import { untilKeysStandBy } from './keys-stand-by.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

it('writes to a new audit file after a rename, with SIGHUP or without, and loses no line', async () => {
  using installation = await createInstallation()
  await using server = await startServe(installation.configFile)
  using clients = createSdkClients(installation, { connections: 4 })
  const { auditFile } = installation
  await untilKeysStandBy(installation)
  const answered: string[] = []
  const issue = async () => answered.push((await clients.issue()).requestId)

  await Promise.all([issue(), issue(), issue()])
  const rotated = [`${auditFile}.2`, `${auditFile}.1`]
  for (const name of rotated) {
    renameSync(auditFile, name)
    if (name === rotated[0]) server.child.kill('SIGHUP')
    await Promise.all([issue(), issue(), issue(), issue()])
  }
  await server.stop('SIGTERM')

  const ids = (file: string): readonly string[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(({ eventType }) => eventType === 'AwsApiCall')
      .map(({ requestID }) => requestID)
  expect([...rotated, auditFile].flatMap(ids).toSorted()).toEqual(answered.toSorted())
  expect([...rotated, auditFile].map(file => ids(file).length)).toEqual([3, 4, 4])
  expect(statSync(auditFile).mode & 0o777).toBe(0o600)
})
