import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { expect, it, vi } from 'vitest'
import { findFreePort } from '../../src/http/free-port.ts'
import { startServe } from './credence-process.ts'
import type { FloodJob, FloodResult } from './flood.ts'
import { createInstallation, type Installation } from './installation.ts'

// Processes of their own, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 120_000 })

const FLOOD = { connections: 32, requests: 600 }

it('answers what it can under a flood, refuses the rest, and is as before afterwards', async () => {
  const metricsPort = await findFreePort('127.0.0.1')
  using installation = await createInstallation({
    settings: { limits: { maxRequestsInFlight: 2 }, metrics: { port: metricsPort } },
  })
  await using server = await startServe(installation.configFile)
  const { port, credentials } = installation
  const flood = runFlood({ ...FLOOD, port, credentials })

  // An unmodified SDK waits and repeats until it gets its token, in the thick of it.
  const patient = createClient(installation, 20)
  const { WebIdentityToken } = await patient.send(
    new GetWebIdentityTokenCommand({
      Audience: ['https://api.example.com'],
      SigningAlgorithm: 'ES384',
    }),
  )
  expect(WebIdentityToken?.split('.')).toHaveLength(3)

  const { granted, throttled, others } = await flood
  expect(others).toEqual([])
  expect(granted + throttled).toBe(FLOOD.requests)
  expect(granted).toBeGreaterThan(0)
  expect(throttled).toBeGreaterThan(0)

  // Nobody is refused who comes alone.
  const hasty = createClient(installation, 1)
  for (let count = 0; count < 20; count += 1) await hasty.send(new GetCallerIdentityCommand())

  const scrape = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  const refused = /^credence_requests_refused_early_total\{reason="load"\} (\d+)$/m.exec(scrape)
  // The patient client may have been refused too.
  expect(Number(refused?.[1])).toBeGreaterThanOrEqual(throttled)
  expect(scrape).toContain('\ncredence_requests_in_flight 0\n')
  expect(scrape).toContain('\ncredence_signatures_pending 0\n')
  patient.destroy()
  hasty.destroy()

  const { errors } = await server.stop('SIGTERM')
  // What was refused before anybody looked at it is no call: counted, and told once a minute.
  const calls = installation
    .readAuditLines()
    .filter(line => JSON.parse(line).eventType === 'AwsApiCall')
  expect(calls).toHaveLength(granted + 1 + 20)
  const warnings = errors.match(/"msg":"overloaded: calls are refused"/g) ?? []
  expect(warnings.length).toBeGreaterThan(0)
  expect(warnings.length).toBeLessThan(3)
})

function createClient({ endpoint, credentials }: Installation, maxAttempts: number): STSClient {
  return new STSClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts })
}

async function runFlood(job: FloodJob): Promise<FloodResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'flood.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(job))
  return JSON.parse(await text(child.stdout))
}
