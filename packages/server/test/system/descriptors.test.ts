import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, vi } from 'vitest'
import { startServe } from './credence-process.ts'
import { createInstallation } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// A process of its own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

it('used up are told in the log and in the metrics, and a server goes on when there are some again', async () => {
  using installation = await createInstallation()
  const limit = 80
  await using server = await startServe(installation.configFile, {
    wrapper: ['sh', '-c', `ulimit -n ${limit} && exec "$@"`, 'sh'],
  })
  const log: string[] = []
  server.child.stderr?.on('data', text => log.push(String(text)))
  const sockets: Socket[] = []
  for (let count = 0; count < limit; count += 1) {
    const socket = connect(installation.port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    sockets.push(socket)
  }
  await vi.waitFor(
    () =>
      expect(log.join('')).toContain('no file descriptor is left: connections are closed unseen'),
    { timeout: 30_000, interval: 50 },
  )
  for (const socket of sockets) socket.destroy()
  using clients = createSdkClients(installation)
  await vi.waitFor(() => clients.issue(), { timeout: 30_000, interval: 100 })
  expect((await server.stop('SIGTERM')).exitCode).toBe(0)
})
