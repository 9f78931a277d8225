import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type CloudStore, findCloudStore } from '../../../../../tools/cloud-stores.ts'
import { findFreePort } from '../../http/free-port.ts'
import type { Fate, ProxiedRequest } from './fault-proxy.ts'

/** A program that stands for a cloud, running. */
export interface CloudProgram {
  readonly url: string
  close(): Promise<void>
}

/** What to add to the name of tests that need the program: nothing, or why they are not run. */
export function tellMissing(store: CloudStore): string {
  return findCloudStore(store) === null ? ' (not run: node tools/cloud-stores.ts brings it)' : ''
}

/** Makes somebody known to moto, which tells S3 from other services by it. */
export const MOTO_AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0'

/** Starts moto, which stands for S3 and STS. It takes any signature. */
export async function startMoto(): Promise<CloudProgram> {
  const args = ['-H', '127.0.0.1', '-p', '0']
  const { child, match } = await start(find('moto'), args, /Running on (http:\/\/\S+)/)
  return { url: match[1] ?? '', close: () => stop(child) }
}

/** Makes a bucket in moto. */
export async function createMotoBucket({ url }: CloudProgram, bucket: string): Promise<void> {
  const headers = { authorization: MOTO_AUTHORIZATION }
  const response = await fetch(`${url}/${bucket}`, { method: 'PUT', headers })
  if (!response.ok) throw new Error(`moto made no bucket: ${response.status}`)
}

/** Starts fake-gcs-server with a bucket. It takes any access token, or none. */
export async function startFakeGcs(bucket: string): Promise<CloudProgram> {
  const port = await findFreePort('127.0.0.1')
  const options = ['-backend', 'memory', '-scheme', 'http', '-host', '127.0.0.1']
  const args = [...options, '-port', String(port), '-public-host', `127.0.0.1:${port}`]
  const { child } = await start(find('fake-gcs-server'), args, /server started/)
  const url = `http://127.0.0.1:${port}`
  const response = await fetch(`${url}/storage/v1/b`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket }),
  })
  if (!response.ok) throw new Error(`fake-gcs-server made no bucket: ${response.status}`)
  return { url, close: () => stop(child) }
}

/** fake-gcs-server deletes without looking at `ifGenerationMatch`, so the proxy looks, as Google does. */
export async function obeyConditionOfDeletion(
  { url }: CloudProgram,
  request: ProxiedRequest,
): Promise<Fate> {
  const wanted = /\?ifGenerationMatch=(\d+)$/.exec(request.path)?.[1]
  if (request.method === 'DELETE' && wanted !== undefined) {
    const response = await fetch(new URL(request.path.replace(/\?.*/, ''), url))
    const { generation } = (await response.json()) as { generation?: string }
    if (generation !== undefined && generation !== wanted) {
      return { kind: 'answer', status: 412 }
    }
  }
  return { kind: 'forward', request }
}

/** Azurite with the key of its only account. */
export interface Azurite extends CloudProgram {
  readonly account: string
  readonly key: string
}

/** Starts Azurite. With a certificate it speaks TLS and takes access tokens of Entra, unverified. */
export async function startAzurite(
  tls: { readonly certFile: string; readonly keyFile: string } | null = null,
): Promise<Azurite> {
  const account = 'keys'
  const key = randomBytes(64).toString('base64')
  const args = [
    ...[find('azurite'), '--blobPort', '0', '--inMemoryPersistence', '--disableTelemetry'],
    ...['--skipApiVersionCheck', '--disableProductStyleUrl', '--silent'],
    ...(tls === null ? [] : ['--cert', tls.certFile, '--key', tls.keyFile, '--oauth', 'basic']),
  ]
  const env = { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` }
  const pattern = /successfully listens on https?:\/\/127\.0\.0\.1:(\d+)/
  const { child, match } = await start(process.execPath, args, pattern, env)
  const scheme = tls === null ? 'http' : 'https'
  return { url: `${scheme}://localhost:${match[1]}`, account, key, close: () => stop(child) }
}

function find(store: CloudStore): string {
  const path = findCloudStore(store)
  if (path === null) throw new Error(`${store} is not there`)
  return path
}

/** Starts a program; resolves when one of its lines matches. */
async function start(
  program: string,
  args: readonly string[],
  pattern: RegExp,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly child: ChildProcess; readonly match: RegExpExecArray }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  // What a hook that fails has left behind must not outlive the tests.
  process.once('exit', () => child.kill('SIGKILL'))
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
  for (const output of [child.stdout, child.stderr]) {
    createInterface(output).on('line', line => {
      const match = pattern.exec(line)
      if (match !== null) resolve(match)
    })
  }
  child.once('error', reject)
  child.once('exit', code => reject(new Error(`${program} ended with ${code}`)))
  return { child, match: await promise }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
