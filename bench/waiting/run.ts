/**
 * What strangers can do who wait: anonymous `AssumeRoleWithWebIdentity` with a token of a registered
 * provider that accepts connections and never answers, while somebody else asks for tokens.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand } from '@aws-sdk/client-iam'
import { findFreePort } from '../../packages/server/src/http/free-port.ts'
import { startServe } from '../../packages/server/test/system/credence-process.ts'
import {
  createInstallation,
  type Installation,
} from '../../packages/server/test/system/installation.ts'
import { createSdkClients } from '../../packages/server/test/system/sdk-clients.ts'
import { readMachine } from '../measure/machine.ts'
import type { OverloadJob, OverloadResult } from '../overload/load.ts'
import type { WaitingJob, WaitingResult } from './flood.ts'
import { type Observation, watchServer } from './observe.ts'

const HELP = `node bench/waiting/run.ts [options]

Sends anonymous calls whose tokens name a provider that never answers, and asks for tokens beside them.
Everything listens on 127.0.0.1 and ends by itself, after a minute at most. Writes a row of
bench/results/waiting.json and waiting.md.

  --label TEXT         name of the row; a row of the same name is replaced   (now)
  --calls N            anonymous calls, up to 20,000                         (4000)
  --connections N      connections that they come over, up to 200            (20)
  --body-bytes N       size of each body, up to 1,000,000                    (60000)
  --in-flight N        limits.maxRequestsInFlight                            (50)
  --launcher FILE      launch.js of another checkout                         (this one's)
  --help               this text
`

const RESULTS = join(import.meta.dirname, '..', 'results')
const ACCOUNT = '123456789012'
/** Longer than a load of keys may take, with its end. */
const WATCHED_SECONDS = 8
/** Tokens that somebody else asks for. */
const HONEST = { connections: 64, callsPerSecond: 40 }
const WARM_UP = { connections: 4, callsPerSecond: null, seconds: 5 }

interface Options {
  readonly label: string
  readonly calls: number
  readonly connections: number
  readonly bodyBytes: number
  readonly inFlight: number
}

interface Row extends Options {
  readonly date: string
  readonly machine: string
  /** Processes that wanted to run before anything was measured. */
  readonly loadBefore: number
  readonly observation: Observation
  readonly strangers: WaitingResult
  readonly honest: OverloadResult
}

async function main(options: Options, launcher: string | undefined): Promise<void> {
  const machine = readMachine()
  const loadBefore = loadavg()[0] ?? 0
  await using silent = await startSilentProvider()
  const metricsPort = await findFreePort('127.0.0.1')
  using installation = await createInstallation({
    settings: {
      limits: { maxRequestsInFlight: options.inFlight },
      metrics: { port: metricsPort },
      webIdentity: { listedOrigins: [silent.url] },
      audit: { file: join('/tmp', `credence-waiting-${process.pid}.jsonl`), durability: 'write' },
    },
  })
  await using server = await startServe(installation.configFile, {
    args: ['--set', 'audit.durability=write'],
    ...(launcher !== undefined && { launcher }),
  })
  const pid = server.child.pid ?? 0
  const roleArn = await createTrustingRole(installation, silent.url)
  await (await startHonest(installation, WARM_UP)).result()

  const { port } = installation
  const { calls, connections, bodyBytes } = options
  const honest = await startHonest(installation, { ...HONEST, seconds: WATCHED_SECONDS })
  const watch = await watchServer(pid, `http://127.0.0.1:${metricsPort}/metrics`)
  const job = { port, issuer: silent.url, roleArn, calls, connections, bodyBytes }
  const [strangers, honestResult] = await Promise.all([
    runFlood({ ...job, maxSeconds: WATCHED_SECONDS }),
    honest.result(),
  ])
  const observation = await watch.stop()
  await server.stop('SIGTERM')
  const row: Row = {
    ...options,
    date: new Date().toISOString().slice(0, 10),
    machine: `${machine.cores} × ${machine.cpu}, Node.js ${machine.node}`,
    ...{ loadBefore, observation, strangers, honest: honestResult },
  }
  console.log(JSON.stringify(row, null, 2))
  saveRow(row)
}

/** Accepts connections, and neither reads nor answers. */
async function startSilentProvider(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(socket => socket.on('error', () => {}).pause())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

/** Registers the provider and makes a role that trusts it. */
async function createTrustingRole(installation: Installation, url: string): Promise<string> {
  using clients = createSdkClients(installation)
  const provider = await clients.iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: url, ClientIDList: ['sts.amazonaws.com'] }),
  )
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: provider.OpenIDConnectProviderArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${url.slice('https://'.length)}:sub`]: 'nobody' } },
  }
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await clients.iam.send(
    new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument: trust }),
  )
  return `arn:aws:iam::${ACCOUNT}:role/deployer`
}

/** Somebody who asks for tokens, in a process of their own; begins when the result is asked for. */
async function startHonest(
  { endpoint, credentials }: Installation,
  load: Pick<OverloadJob, 'connections' | 'callsPerSecond' | 'seconds'>,
): Promise<{ result(): Promise<OverloadResult> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'overload', 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const job: OverloadJob = { endpoint, ...credentials, algorithm: 'RS256', ...load }
  child.stdin.write(`${JSON.stringify(job)}\n`)
  await lines.next()
  return {
    async result() {
      child.stdin.write('go\n')
      return JSON.parse((await lines.next()).value ?? '')
    },
  }
}

async function runFlood(job: WaitingJob): Promise<WaitingResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'flood.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(job))
  return JSON.parse(await text(child.stdout))
}

function saveRow(row: Row): void {
  mkdirSync(RESULTS, { recursive: true })
  const file = join(RESULTS, 'waiting.json')
  const saved: readonly Row[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  const rows = [...saved.filter(({ label }) => label !== row.label), row]
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`)
  writeFileSync(join(RESULTS, 'waiting.md'), formatResults(rows))
}

function formatResults(rows: readonly Row[]): string {
  const cells = rows.map(
    ({ label, date, machine, loadBefore, observation, strangers, honest, ...job }) =>
      [
        `${label} (${date})`,
        `${job.calls} of ${job.bodyBytes} bytes on ${job.connections}`,
        [observation.rssBeforeMib, observation.rssPeakMib, observation.rssAfterMib].join(' → '),
        `${observation.inFlightPeak} of ${job.inFlight}`,
        observation.waitingPeak ?? '',
        formatCounts(observation.refusedEarly),
        formatCounts({ ...strangers.answers, unanswered: strangers.unanswered }),
        `${honest.granted} of ${honest.granted + honest.throttled + honest.others + honest.unsent}`,
        `${honest.grantedP50Ms.toFixed(0)}, ${honest.grantedP99Ms.toFixed(0)}`,
      ].join(' | '),
  )
  const places = new Set(
    rows.map(
      ({ label, machine, loadBefore }) => `${label}: ${machine}, load ${loadBefore.toFixed(1)}`,
    ),
  )
  return `# Callers that wait

Anonymous \`AssumeRoleWithWebIdentity\` with an unsigned token of a registered provider that accepts connections and never answers, while another caller asks for ${HONEST.callsPerSecond} RS256 tokens a second. One process, \`audit.durability: write\`. Everything runs on the same cores: trust memory and counts, not the milliseconds.

| Run | Calls | RSS before → peak → after, MiB | Most in flight | Most waiting | Refused early | Their answers | Tokens of the other | p50, p99, ms |
| --- | --- | --- | --- | --: | --- | --- | --- | --- |
${cells.map(row => `| ${row} |`).join('\n')}

${[...places].map(place => `- ${place}`).join('\n')}
`
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function readBounded(textValue: string, max: number): number {
  const value = Number(textValue)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new RangeError(`${textValue} is no whole number from 1 to ${max}`)
}

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    label: { type: 'string', default: 'now' },
    calls: { type: 'string', default: '4000' },
    connections: { type: 'string', default: '20' },
    'body-bytes': { type: 'string', default: '60000' },
    'in-flight': { type: 'string', default: '50' },
    launcher: { type: 'string' },
  },
})
if (values.help) console.log(HELP)
else {
  const options = {
    label: values.label,
    calls: readBounded(values.calls, 20_000),
    connections: readBounded(values.connections, 200),
    bodyBytes: readBounded(values['body-bytes'], 1_000_000),
    inFlight: readBounded(values['in-flight'], 100_000),
  }
  await main(options, values.launcher)
}
