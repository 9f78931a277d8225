import { expect, it, vi } from 'vitest'
import { startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'
import { createSdkClients, type SdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const CONNECTIONS = 16

it.each(['SIGTERM', 'SIGINT'] as const)(
  'answers all that it has begun before it ends by %s',
  async signal => {
    using installation = await createInstallation()
    await using server = await startServe(installation.configFile)
    using clients = createSdkClients(installation, { connections: CONNECTIONS })
    const answered: string[] = []
    let isStopping = false
    const callers = Array.from({ length: CONNECTIONS }, () =>
      callUntilRefused(clients, requestId => {
        answered.push(requestId)
        // In the thick of it: all connections are busy.
        if (answered.length < 10 * CONNECTIONS || isStopping) return
        isStopping = true
        server.child.kill(signal)
      }),
    )
    const refusals = await Promise.all(callers)
    const { exitCode, errors } = await server.ended

    expect(exitCode).toBe(0)
    expect(errors).not.toMatch(/"level":"(warn|error)"/)
    // New calls were refused by the end of the connection, not by an answer.
    expect(new Set(refusals)).toEqual(new Set(['connection']))
    // Whatever the server did, its caller has heard of: the audit has no grant that nobody received.
    expect(listGrants(installation).toSorted()).toEqual(answered.toSorted())
  },
)

it('ends at once at a second signal', async () => {
  using installation = await createInstallation()
  await using server = await startServe(installation.configFile)
  // A request that never ends: its body is announced and not sent.
  const half = new AbortController()
  const unfinished = fetch(installation.endpoint, {
    method: 'POST',
    body: new ReadableStream({ start: controller => controller.enqueue(Buffer.from('Action=')) }),
    duplex: 'half',
    signal: half.signal,
  } as RequestInit).catch(() => 'dropped')
  await fetch(`${installation.endpoint}/livez`)
  server.child.kill('SIGTERM')
  await untilRefused(installation.endpoint)
  expect(server.child.exitCode).toBeNull()
  const { exitCode } = await server.stop('SIGTERM')
  expect(exitCode).toBe(0)
  expect(await unfinished).toBe('dropped')
  half.abort()
})

/** Calls one after the other until one fails; resolves to how it failed. */
async function callUntilRefused(
  clients: SdkClients,
  onAnswer: (requestId: string) => void,
): Promise<'connection' | 'answer'> {
  for (;;) {
    try {
      onAnswer((await clients.issue()).requestId)
    } catch (error) {
      const isAnswered =
        error instanceof Error && '$response' in error && error.$response !== undefined
      return isAnswered ? 'answer' : 'connection'
    }
  }
}

async function untilRefused(endpoint: string): Promise<void> {
  while (await fetch(`${endpoint}/livez`, { headers: { connection: 'close' } }).catch(() => null)) {
    // The signal takes a moment to arrive.
  }
}

function listGrants({ readAuditLines }: Installation): readonly string[] {
  return readAuditLines()
    .map(line => JSON.parse(line))
    .filter(event => event.eventType === 'AwsApiCall' && event.errorCode === undefined)
    .map(event => event.requestID)
}
