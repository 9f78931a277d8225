import { expect, it, vi } from 'vitest'
import { startCredence, startServe } from './credence-process.ts'
import { createInstallation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

it('refuses a second server on the same data, and takes over when the first was killed', async () => {
  using installation = await createInstallation()
  await using first = await startServe(installation.configFile)
  using clients = createSdkClients(installation)

  const second = startCredence(['serve', '--config', installation.configFile])
  const { exitCode, output, errors } = await second.ended
  expect(exitCode).toBe(4)
  expect(output).toBe('')
  expect(errors).toBe(
    `error: Another server (process ${first.child.pid}) is already using ${installation.directory}/data. Stop it first, or use another data directory.\n`,
  )
  const { requestId } = await clients.issue()

  await first.stop('SIGKILL')
  await using third = await startServe(installation.configFile)
  using newClients = createSdkClients(installation)
  await newClients.issue()
  const events = installation.readAuditLines().map(line => JSON.parse(line))
  expect(events.map(event => event.requestID)).toContain(requestId)
  expect((await third.stop('SIGTERM')).exitCode).toBe(0)
})

it('refuses a port that is taken, and leaves the data to the next start', async () => {
  using one = await createInstallation()
  using other = await createInstallation()
  await using server = await startServe(one.configFile)
  const port = `listen.port=${one.port}`
  const refused = startCredence(['serve', '--config', other.configFile, '--set', port])
  const { exitCode, errors } = await refused.ended
  expect(exitCode).toBe(9)
  expect(errors).toMatch(
    /^error: Cannot listen on 127\.0\.0\.1:\d+\. Another program uses the port\./,
  )
  await using started = await startServe(other.configFile)
  expect((await started.stop('SIGINT')).exitCode).toBe(0)
  expect((await server.stop('SIGTERM')).exitCode).toBe(0)
})
