import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { findFreePort } from '../../src/http/free-port.ts'
import { Secret } from '../../src/secrets/secret.ts'
import { signRequest } from '../../src/wire/sigv4/sign.ts'
import { startServe } from './credence-process.ts'
import { createInstallation, type Installation } from './installation.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const TWO_WORKERS = { settings: { server: { workers: 2 } } }
const PATIENCE = { timeout: 60_000, interval: 50 }

/** Calls an API with the administrator's key. Each call may reach another worker. */
async function call(
  { endpoint, credentials }: Installation,
  service: 'sts' | 'iam',
  parameters: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const Version = service === 'sts' ? '2011-06-15' : '2010-05-08'
  const body = new URLSearchParams({ ...parameters, Version }).toString()
  const rawHeaders = signRequest(
    {
      method: 'POST',
      target: '/',
      rawHeaders: [
        ...['Host', new URL(endpoint).host],
        ...['Content-Type', 'application/x-www-form-urlencoded'],
      ],
      body: Buffer.from(body),
    },
    {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: new Secret(credentials.secretAccessKey),
      sessionToken: null,
    },
    { region: 'us-east-1', service, nowMs: Date.now() },
  )
  const headers = new Headers({ connection: 'close' })
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.set(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  }
  const answer = await fetch(endpoint, { method: 'POST', headers, body })
  return { status: answer.status, text: await answer.text() }
}

async function readReadiness({ endpoint }: Installation): Promise<unknown> {
  // A worker that hangs may have been given the connection.
  const signal = AbortSignal.timeout(2000)
  const answer = await fetch(`${endpoint}/readyz`, { headers: { connection: 'close' }, signal })
  return answer.json()
}

/** The processes that a process has started (proc_pid_task(5)). */
function listChildren(pid = 0): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

const READY = {
  ready: true,
  checks: {
    store: 'ok',
    audit: 'ok',
    signer: expect.stringMatching(/^(node:crypto|libcrypto_mb) /),
    workers: '2 of 2',
  },
}

it('share listener, data and audit, and order the changes of an account', async () => {
  using installation = await createInstallation(TWO_WORKERS)
  await using server = await startServe(installation.configFile)
  expect(listChildren(server.child.pid)).toHaveLength(2)
  await vi.waitFor(async () => expect(await readReadiness(installation)).toEqual(READY), PATIENCE)

  await call(installation, 'iam', { Action: 'CreateUser', UserName: 'ada' })
  // A user has two access keys at most, which is looked at before one is made.
  const made = await Promise.all(
    Array.from({ length: 12 }, () =>
      call(installation, 'iam', { Action: 'CreateAccessKey', UserName: 'ada' }),
    ),
  )
  expect(made.map(({ status }) => status).toSorted()).toEqual([200, 200, ...Array(10).fill(409)])

  const { exitCode } = await server.stop('SIGTERM')
  expect(exitCode).toBe(0)
  const events = installation.readAuditLines().map(line => JSON.parse(line))
  const recorded = events.filter(({ eventName }) => eventName === 'CreateAccessKey')
  expect(new Set(recorded.map(({ requestID }) => requestID))).toHaveProperty('size', 12)
})

it('what one worker has changed holds at the next call to any', async () => {
  using installation = await createInstallation(TWO_WORKERS)
  await using server = await startServe(installation.configFile)
  const ask = () =>
    call(installation, 'sts', {
      Action: 'GetWebIdentityToken',
      'Audience.member.1': 'https://example.com',
      SigningAlgorithm: 'ES384',
    })
  const switchTo = (state: 'Enable' | 'Disable') =>
    call(installation, 'iam', { Action: `${state}OutboundWebIdentityFederation` })
  for (let round = 0; round < 3; round += 1) {
    expect((await ask()).status).toBe(200)
    expect((await switchTo('Disable')).status).toBe(200)
    expect((await ask()).text).toContain('OutboundWebIdentityFederationDisabled')
    expect((await ask()).text).toContain('OutboundWebIdentityFederationDisabled')
    expect((await switchTo('Enable')).status).toBe(200)
    expect((await ask()).status).toBe(200)
  }
  await server.stop('SIGTERM')
})

it('all deny a key that was named in an emergency, while the store is kept by somebody else', async () => {
  using installation = await createInstallation(TWO_WORKERS)
  await using server = await startServe(installation.configFile)
  using database = new DatabaseSync(join(installation.directory, 'data', 'credence.db'))
  const { thumbprint } = database
    .prepare(`select thumbprint from issuer_keys where state = 'active' and algorithm = 'ES384'`)
    .get() as { readonly thumbprint: string }
  database.exec('begin immediate')
  const ask = (SigningAlgorithm: string) =>
    call(installation, 'sts', {
      Action: 'GetWebIdentityToken',
      'Audience.member.1': 'https://example.com',
      SigningAlgorithm,
    })
  expect((await ask('ES384')).status).toBe(200)
  const { exitCode } = await installation.credence('key', 'revoke', thumbprint, '--emergency')
  expect(exitCode).toBe(0)
  // Each of them is asked in turn.
  await vi.waitFor(async () => {
    for (let worker = 0; worker < 4; worker += 1) expect((await ask('ES384')).status).toBe(503)
  }, PATIENCE)
  expect((await ask('RS256')).status).toBe(200)
  database.exec('rollback')
  await server.stop('SIGTERM')
})

it('one that dies is replaced while the others answer', async () => {
  using installation = await createInstallation(TWO_WORKERS)
  await using server = await startServe(installation.configFile)
  const before = listChildren(server.child.pid)
  process.kill(before[0] ?? 0, 'SIGKILL')
  await vi.waitFor(async () => {
    const now = listChildren(server.child.pid)
    expect(now).toHaveLength(2)
    expect(now).not.toEqual(before)
    expect(await readReadiness(installation)).toEqual(READY)
  }, PATIENCE)
  const { exitCode, errors } = await server.stop('SIGTERM')
  expect(exitCode).toBe(0)
  expect(errors).toContain('a worker process has died; another follows')
})

it('one that hangs is told, killed and replaced while the others answer', async () => {
  const metricsPort = await findFreePort('127.0.0.1')
  using installation = await createInstallation({
    settings: { server: { workers: 2, hungAfterSeconds: 4 }, metrics: { port: metricsPort } },
  })
  await using server = await startServe(installation.configFile)
  const before = listChildren(server.child.pid)
  process.kill(before[0] ?? 0, 'SIGSTOP')
  await vi.waitFor(async () => {
    expect(await readReadiness(installation)).toMatchObject({ checks: { workers: '1 of 2' } })
  }, PATIENCE)
  await vi.waitFor(async () => {
    const now = listChildren(server.child.pid)
    expect(now).toHaveLength(2)
    expect(now).not.toContain(before[0])
    expect(await readReadiness(installation)).toEqual(READY)
  }, PATIENCE)
  expect((await call(installation, 'sts', { Action: 'GetCallerIdentity' })).status).toBe(200)
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  expect(metrics).toContain('credence_workers{state="wanted"} 2\n')
  expect(metrics).toContain('credence_workers{state="answering"} 2\n')
  expect(metrics).toContain('credence_workers_replaced_total{cause="hung"} 1\n')
  const { exitCode, errors } = await server.stop('SIGTERM')
  expect(exitCode).toBe(0)
  expect(errors).toContain('a worker process hangs; it is killed')
})

it('end with the primary process, however that ends', async () => {
  using installation = await createInstallation(TWO_WORKERS)
  await using server = await startServe(installation.configFile)
  const workers = listChildren(server.child.pid)
  await server.stop('SIGKILL')
  const isRunning = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  await vi.waitFor(() => expect(workers.filter(isRunning)).toEqual([]), PATIENCE)
})

it('that cannot start are the failure of the whole', async () => {
  using installation = await createInstallation(TWO_WORKERS)
  const other = createServer().listen(installation.port, '127.0.0.1')
  await once(other, 'listening')
  try {
    await expect(startServe(installation.configFile)).rejects.toThrow(
      /exit code 9: error: .*port[\s\S]*error: A worker process could not start/i,
    )
  } finally {
    other.close()
  }
})
