/**
 * What a flood of calls by nobody does: refusals a second, what they write to the audit, what they take
 * of the CPU, and whether others still get tokens.
 *
 *     node bench/flood/run.ts [--seconds 10] [--label after] [--launcher FILE]
 *
 * `--launcher` is the `packages/server/src/launch.js` of another checkout, to compare with. Writes its
 * label's part of `bench/results/flood.json`, and `flood.md` from all of them. Everything listens on
 * 127.0.0.1 and ends with the run, after some 20 s more than twice the seconds (60 at most).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findFreePort } from '../../packages/server/src/http/free-port.ts'
import { startServe } from '../../packages/server/test/system/credence-process.ts'
import { createSdkClients } from '../../packages/server/test/system/sdk-clients.ts'
import { readMachine } from '../measure/machine.ts'
import { readTreeFigures } from '../measure/process-tree.ts'

const USAGE = 'node bench/flood/run.ts [--seconds 10] [--label after] [--launcher FILE]'
const MAX_SECONDS = 60
const FLOOD_CONNECTIONS = 16
const TOKEN_CONNECTIONS = 4
const RESULTS = join(import.meta.dirname, '..', 'results')
const OWN_LAUNCHER = join(import.meta.dirname, '..', '..', 'packages/server/src/launch.js')

interface Figures {
  readonly date: string
  readonly machine: string
  /** Processes that wanted to run before anything was measured. */
  readonly loadBefore: number
  readonly seconds: number
  readonly refusalsPerSecond: number
  /** What the audit grew by, less what the tokens have in it. */
  readonly auditBytesPerHour: number
  readonly bytesPerRefusal: number
  /** Of one core. */
  readonly cpuPercent: number
  readonly tokensPerSecondAlone: number
  readonly tokensPerSecondInFlood: number
  readonly failedTokens: number
}

interface Phase {
  readonly refusals: number
  readonly tokens: number
  readonly failedTokens: number
  readonly auditBytes: number
  readonly cpuMs: number
}

async function measure(seconds: number, launcher: string): Promise<Figures> {
  const loadBefore = loadavg()[0] ?? 0
  const directory = mkdtempSync(join(tmpdir(), 'credence-flood-'))
  try {
    const installation = await install(directory, launcher)
    await using server = await startServe(installation.configFile, { launcher })
    server.child.stderr?.removeAllListeners('data').resume()
    const run = (connections: number, forSeconds: number) =>
      runPhase({ ...installation, pid: server.child.pid ?? 0 }, connections, forSeconds)
    await run(FLOOD_CONNECTIONS, 5)
    const alone = await run(0, seconds)
    const flood = await run(FLOOD_CONNECTIONS, seconds)
    const { cores, cpu, node } = readMachine()
    const ofTokens = (alone.auditBytes / Math.max(1, alone.tokens)) * flood.tokens
    const bytes = Math.max(0, flood.auditBytes - ofTokens)
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: `${cores} × ${cpu}, Node.js ${node}`,
      loadBefore,
      seconds,
      refusalsPerSecond: flood.refusals / seconds,
      auditBytesPerHour: (bytes / seconds) * 3600,
      bytesPerRefusal: bytes / Math.max(1, flood.refusals),
      cpuPercent: flood.cpuMs / seconds / 10,
      tokensPerSecondAlone: alone.tokens / seconds,
      tokensPerSecondInFlood: flood.tokens / seconds,
      failedTokens: alone.failedTokens + flood.failedTokens,
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

interface Place {
  readonly configFile: string
  readonly auditFile: string
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** By the command line of the checkout that is measured: an older one can't open a newer store. */
async function install(directory: string, launcher: string): Promise<Place> {
  const endpoint = `http://127.0.0.1:${await findFreePort('127.0.0.1')}`
  const configFile = join(directory, 'credence.yaml')
  const auditFile = join(directory, 'audit.jsonl')
  const config = {
    listen: { port: Number(new URL(endpoint).port) },
    issuer: { baseUrl: endpoint },
    store: { path: join(directory, 'data', 'credence.db') },
    masterKey: { file: join(directory, 'keys', 'master.key') },
    audit: { file: auditFile },
  }
  writeFileSync(configFile, JSON.stringify(config))
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  }
  const credence = (...args: readonly string[]): Readonly<Record<string, string>> => {
    const words = [launcher, '--config', configFile, ...args, '--json']
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      input: JSON.stringify(policy),
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`credence ${args.join(' ')}: ${stderr}`)
    return JSON.parse(stdout)
  }
  credence('init')
  credence('account', 'create', '123456789012')
  credence('user', 'create', 'admin')
  credence('policy', 'put', 'all', '-', '--user', 'admin')
  const { accessKeyId = '', secretAccessKey = '' } = credence(
    'access-key',
    'create',
    '--user',
    'admin',
  )
  credence('federation', 'enable')
  return { configFile, auditFile, endpoint, credentials: { accessKeyId, secretAccessKey } }
}

async function runPhase(
  place: Place & { readonly pid: number },
  connections: number,
  seconds: number,
): Promise<Phase> {
  const counts = { refusals: 0, tokens: 0, failedTokens: 0 }
  const agent = new Agent({ keepAlive: true, maxSockets: FLOOD_CONNECTIONS })
  using clients = createSdkClients(place, { connections: TOKEN_CONNECTIONS })
  const untilMs = performance.now() + seconds * 1000
  const repeat = async (act: () => Promise<void>) => {
    while (performance.now() < untilMs) await act()
  }
  const bytesBefore = readSize(place.auditFile)
  const cpuBefore = readTreeFigures(place.pid).cpuMs
  await Promise.all([
    ...Array.from({ length: connections }, () =>
      repeat(async () => {
        await refuse(place.endpoint, agent)
        counts.refusals += 1
      }),
    ),
    ...Array.from({ length: TOKEN_CONNECTIONS }, () =>
      repeat(async () => {
        try {
          await clients.issue()
          counts.tokens += 1
        } catch {
          counts.failedTokens += 1
        }
      }),
    ),
  ])
  const cpuMs = readTreeFigures(place.pid).cpuMs - cpuBefore
  agent.destroy()
  return { ...counts, auditBytes: readSize(place.auditFile) - bytesBefore, cpuMs }
}

function readSize(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

const FORM = `Action=${'a'.repeat(1000)}&Version=2011-06-15`

/** One call of nobody, with as much text in it as the audit keeps. */
function refuse(endpoint: string, agent: Agent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'n "'.repeat(340),
  }
  request(endpoint, { agent, method: 'POST', headers }, answer => {
    answer.resume().on('end', resolve).on('error', reject)
  })
    .on('error', reject)
    .end(FORM)
  return promise
}

function writeResults(label: string, figures: Figures): void {
  const file = join(RESULTS, 'flood.json')
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const all: Readonly<Record<string, Figures>> = { ...before, [label]: figures }
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
  const rows = Object.entries(all).map(([name, each]) => {
    const cells = [
      name,
      each.refusalsPerSecond.toFixed(0),
      each.bytesPerRefusal.toFixed(0),
      (each.auditBytesPerHour / 1e9).toFixed(3),
      each.cpuPercent.toFixed(0),
      each.tokensPerSecondAlone.toFixed(0),
      each.tokensPerSecondInFlood.toFixed(0),
      String(each.failedTokens),
      `${each.date}, load ${each.loadBefore.toFixed(1)}`,
    ]
    return `| ${cells.join(' | ')} |`
  })
  const text = [
    '# A flood of calls by nobody',
    '',
    `${figures.machine}. ${FLOOD_CONNECTIONS} connections without a signature beside ${TOKEN_CONNECTIONS} that ask for ES384 tokens, all in one process on the same cores as the server. Made by \`bench/flood/run.ts\`.`,
    '',
    '| Program | refusals/s | audit bytes each | audit GB/h | server CPU, % of a core | tokens/s alone | tokens/s in the flood | tokens refused | When |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---|',
    ...rows,
    '',
  ]
  writeFileSync(join(RESULTS, 'flood.md'), text.join('\n'))
}

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    label: { type: 'string', default: 'after' },
    launcher: { type: 'string', default: OWN_LAUNCHER },
  },
})
const seconds = Number(values.seconds)
if (values.help) {
  console.log(USAGE)
} else if (seconds > 0 && seconds <= MAX_SECONDS) {
  const figures = await measure(seconds, values.launcher)
  console.log(JSON.stringify(figures, null, 2))
  writeResults(values.label, figures)
} else {
  throw new Error(`--seconds takes a number up to ${MAX_SECONDS}`)
}
