import type { ChildProcess } from 'node:child_process'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { createSelfSigned } from '../../src/http/test/self-signed.ts'
import { cleanEnvironment } from '../support/clean-environment.ts'
import { startServe } from './credence-process.ts'
import { createInstallation, writeCertificate } from './installation.ts'
import { createSdkClients } from './sdk-clients.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 60_000 })

const STRANGER = join(import.meta.dirname, 'verify-as-aws.ts')

it('issues over TLS what a stranger verifies from the issuer URL alone', async () => {
  const certificate = createSelfSigned('localhost')
  using installation = await createInstallation({ tls: certificate })
  await using server = await startServe(installation.configFile, {
    env: { NODE_EXTRA_CA_CERTS: join(installation.directory, 'tls.crt') },
  })
  // The self-check soon after the start looks at the issuer through its public URL.
  const looked = waitForLog(server.child, 'the issuer can be verified from outside')
  using clients = createSdkClients(installation, { certificate: certificate.cert })
  expect(installation.issuer).toMatch(/^https:\/\/localhost:\d+\/[\da-f-]{36}$/)

  for (const algorithm of ['RS256', 'ES384'] as const) {
    const { token } = await clients.issue(algorithm)
    expect(await verifyElsewhere(installation.directory, installation.issuer, token)).toEqual({
      iss: installation.issuer,
      sub: 'arn:aws:iam::123456789012:user/admin',
      aud: 'https://api.example.com',
    })
  }
  await looked
  const { errors } = await server.stop('SIGTERM')
  expect(errors).not.toMatch(/"level":"(warn|error)"/)
})

it('takes a new certificate at SIGHUP, and a client that trusts the old one alone stays out', async () => {
  const before = createSelfSigned('localhost')
  using installation = await createInstallation({ tls: before })
  await using server = await startServe(installation.configFile)
  using old = createSdkClients(installation, { certificate: before.cert })
  await old.issue()

  const after = createSelfSigned('localhost')
  writeCertificate(installation.directory, after)
  server.child.kill('SIGHUP')
  await untilServed(async () => {
    using renewed = createSdkClients(installation, { certificate: after.cert })
    await renewed.issue()
  })
  // The connection that was open goes on; a new one meets the new certificate.
  await old.issue()
  using late = createSdkClients(installation, { certificate: before.cert })
  await expect(late.issue()).rejects.toThrow(/self-signed certificate|certificate/)
})

it('keeps its certificate when the new files cannot be used', async () => {
  const certificate = createSelfSigned('localhost')
  using installation = await createInstallation({ tls: certificate })
  await using server = await startServe(installation.configFile)
  writeFileSync(join(installation.directory, 'tls.key'), createSelfSigned('localhost').key)
  server.child.kill('SIGHUP')
  // The audit file is opened anew by the same signal.
  await untilServed(async () => {
    if (server.child.exitCode !== null) throw new Error('the server has ended')
    using clients = createSdkClients(installation, { certificate: certificate.cert })
    await clients.issue()
  })
  const { exitCode, errors } = await server.stop('SIGTERM')
  expect(exitCode).toBe(0)
  expect(errors).toContain('TLS certificate not reloaded; the old one stays in use')
})

/** Repeats until it works; the test's own time limit ends what never does. */
async function untilServed(attempt: () => Promise<void>): Promise<void> {
  for (;;) {
    const isServed = await attempt().then(
      () => true,
      () => false,
    )
    if (isServed) return
  }
}

/** Verifies in a process that knows the certificate authority and the issuer URL, nothing else. */
async function verifyElsewhere(directory: string, issuer: string, token: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [STRANGER, issuer, token], {
    env: { ...cleanEnvironment(), NODE_EXTRA_CA_CERTS: join(directory, 'tls.crt') },
  })
  return JSON.parse(stdout)
}

/** Resolves when the log of the process says so; the time of the test is its limit. */
function waitForLog({ stderr }: ChildProcess, message: string): Promise<void> {
  return new Promise(resolve => {
    stderr?.on('data', (lines: Buffer) => {
      if (lines.includes(message)) resolve()
    })
  })
}
