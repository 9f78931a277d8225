import cluster, { type Worker } from 'node:cluster'
import type { Counter } from '../telemetry/instruments.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { MetricReport } from '../telemetry/metric-report.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { handOverSecret, STDIO_WITH_SECRET } from './hand-over-secret.ts'
import { Heartbeats } from './heartbeats.ts'
import type { ToPrimary, ToWorker, WorkerCounts, WorkerKeyStage } from './messages.ts'

/** What the primary process works with. */
export interface StartWorkersOptions {
  readonly count: number
  /** The command line of each worker, without interpreter and program. */
  readonly args: readonly string[]
  /** Makes a copy of what each worker is handed over, such as a key that can be read once; else null. */
  readonly copySecret: (() => Uint8Array) | null
  /** How long a worker may be silent before it is killed and replaced. */
  readonly hungAfterSeconds: number
  readonly logger: Logger
  readonly metrics: Metrics
  /** Whether a dead worker may be replaced; looked at just before. */
  readonly mayRestart: () => boolean
  /** A worker can't go on, and no other could. */
  readonly onLost: (reason: string) => void
}

/** The worker processes, as the primary process sees them. */
export interface Workers {
  /** URL at which they answer. */
  readonly endpoint: string
  /** Each opens the audit file anew and reads the TLS files. */
  reload(): void
  /** What each of them counts. One that does not answer in time is left out. */
  reportMetrics(): Promise<readonly (readonly MetricReport[])[]>
  /** How far each worker is in a change to a master key: `blind` for one that has said nothing. */
  listKeyStages(to: string): readonly WorkerKeyStage[]
  /** Lets requests in flight end and all workers with them. Called again, it shortens the grace. */
  stop(options: { readonly graceMs: number }): Promise<void>
}

/** A worker has ended before it listened; it has said why. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError'
  readonly exitCode: number

  constructor(exitCode: number) {
    super('a worker process ended before it listened')
    this.exitCode = exitCode
  }
}

/**
 * How long until a dead worker is replaced: doubled with each further death, until one has lived a
 * while.
 */
const RESTART_DELAYS_MS = { first: 250, longest: 30_000, forgottenAfter: 60_000 }

/** What a worker may take beyond the grace before it is killed. */
const KILL_DELAY_MS = 5000

const METRICS_TIMEOUT_MS = 2000

const HEARTBEAT_INTERVAL_MS = 1000

/**
 * Starts worker processes that share the listener: node hands each new connection to the next of them.
 * The first one starts alone, so that a fault of the configuration is reported once, and one process
 * alone brings the schema up to date. A worker that dies later is logged and replaced; one that hangs
 * is killed.
 *
 * @throws WorkerStartError
 */
export async function startWorkers(options: StartWorkersOptions): Promise<Workers> {
  const { args, copySecret } = options
  cluster.setupPrimary({
    args: [...args],
    ...(copySecret === null ? {} : { stdio: [...STDIO_WITH_SECRET] }),
  })
  const pool = new WorkerPool(options)
  const endpoint = await pool.startFirst()
  await pool.startOthers()
  pool.beginHeartbeats()
  return {
    endpoint,
    reload: () => pool.tell({ kind: 'reload' }),
    reportMetrics: () => pool.reportMetrics(),
    listKeyStages: to => pool.listKeyStages(to),
    stop: ({ graceMs }) => pool.stop(graceMs),
  }
}

class WorkerPool {
  readonly #options: StartWorkersOptions
  readonly #workers = new Map<number, Worker>()
  readonly #listening = new Set<number>()
  readonly #heartbeats: Heartbeats
  readonly #keyStages = new Map<number, { readonly to: string; readonly stage: WorkerKeyStage }>()
  /** Those that were killed and have not ended yet. */
  readonly #hung = new Set<number>()
  readonly #replaced: Readonly<Record<'died' | 'hung', Counter>>
  readonly #answers = new Map<number, (reports: readonly MetricReport[]) => void>()
  #lastQuestion = 0
  #hasStarted = false
  #isStopping = false

  constructor(options: StartWorkersOptions) {
    const { hungAfterSeconds, metrics, count } = options
    this.#options = options
    this.#heartbeats = new Heartbeats(hungAfterSeconds)
    this.#replaced = {
      died: metrics.counter('credence_workers_replaced_total', { cause: 'died' }),
      hung: metrics.counter('credence_workers_replaced_total', { cause: 'hung' }),
    }
    metrics.readLater('credence_workers', () => [
      { labels: { state: 'wanted' }, value: count },
      { labels: { state: 'answering' }, value: this.#countWorkers().listening },
    ])
  }

  /** Asks each worker every second whether it is there, and kills those that hang. */
  beginHeartbeats(): void {
    const timer = setInterval(() => {
      if (this.#isStopping) clearInterval(timer)
      else this.#beat()
    }, HEARTBEAT_INTERVAL_MS)
    timer.unref()
  }

  #beat(): void {
    const before = this.#heartbeats.countAnswering()
    for (const id of this.#heartbeats.ask()) {
      const { hungAfterSeconds, logger } = this.#options
      logger.error({ worker: id, hungAfterSeconds }, 'a worker process hangs; it is killed')
      this.#hung.add(id)
      // The process ends like any other, and is replaced then.
      this.#heartbeats.forget(id)
      this.#workers.get(id)?.process.kill('SIGKILL')
    }
    if (this.#heartbeats.countAnswering() !== before) this.#broadcastCounts()
    this.tell({ kind: 'are-you-there' })
  }

  async startFirst(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const worker = this.#fork(0, resolve)
    worker.once('exit', code => reject(new WorkerStartError(code)))
    const endpoint = await promise
    this.#hasStarted = true
    return endpoint
  }

  /** Resolves when each of them listens or has failed for the first time. */
  async startOthers(): Promise<void> {
    const others = Array.from({ length: this.#options.count - 1 }, () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#fork(0, () => resolve()).once('exit', () => resolve())
      return promise
    })
    await Promise.all(others)
  }

  tell(message: ToWorker): void {
    for (const worker of this.#workers.values()) send(worker, message)
  }

  async reportMetrics(): Promise<readonly (readonly MetricReport[])[]> {
    const found: (readonly MetricReport[])[] = []
    const asked = [...this.#listening].flatMap(id => this.#workers.get(id) ?? [])
    await Promise.all(
      asked.map(worker => {
        this.#lastQuestion += 1
        const question = this.#lastQuestion
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, METRICS_TIMEOUT_MS)
        this.#answers.set(question, reports => {
          found.push(reports)
          resolve()
        })
        send(worker, { kind: 'report-metrics', question })
        return promise.finally(() => {
          clearTimeout(timer)
          this.#answers.delete(question)
        })
      }),
    )
    return found
  }

  listKeyStages(to: string): readonly WorkerKeyStage[] {
    return [...this.#workers.keys()].map(id => {
      const told = this.#keyStages.get(id)
      return told?.to === to ? told.stage : 'blind'
    })
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    this.tell({ kind: 'stop', graceMs })
    await Promise.all([...this.#workers.values()].map(worker => untilEnd(worker, graceMs)))
  }

  /** `deaths`: how often a worker in this place has died lately. */
  #fork(deaths: number, onListening: (endpoint: string) => void): Worker {
    const worker = cluster.fork()
    const { copySecret } = this.#options
    if (copySecret !== null) handOverSecret(worker, copySecret())
    const { id } = worker
    const startedAtMs = performance.now()
    this.#workers.set(id, worker)
    worker.on('message', (message: ToPrimary) => {
      switch (message.kind) {
        case 'listening':
          this.#listening.add(id)
          this.#heartbeats.expect(id)
          this.#broadcastCounts()
          onListening(message.endpoint)
          return
        case 'key-stage':
          this.#keyStages.set(id, message)
          return
        case 'here':
          this.#hear(id)
          return
        case 'lost':
          this.#options.onLost(message.reason)
          return
        case 'metrics':
          this.#answers.get(message.question)?.(message.reports)
      }
    })
    worker.once('exit', (exitCode, signal) => {
      this.#workers.delete(id)
      this.#listening.delete(id)
      this.#keyStages.delete(id)
      this.#heartbeats.forget(id)
      this.#broadcastCounts()
      // The first worker's failure to start is that of the whole.
      if (this.#isStopping || !this.#hasStarted) return
      this.#replaced[this.#hung.delete(id) ? 'hung' : 'died'].value += 1
      const hasLived = performance.now() - startedAtMs >= RESTART_DELAYS_MS.forgottenAfter
      this.#restartLater(hasLived ? 0 : deaths, { worker: id, exitCode, signal })
    })
    return worker
  }

  #restartLater(deaths: number, end: Readonly<Record<string, unknown>>): void {
    const delayMs = Math.min(RESTART_DELAYS_MS.first * 2 ** deaths, RESTART_DELAYS_MS.longest)
    this.#options.logger.error({ ...end, delayMs }, 'a worker process has died; another follows')
    setTimeout(() => {
      if (this.#isStopping || !this.#options.mayRestart()) return
      this.#fork(deaths + 1, () =>
        this.#options.logger.info({ died: end['worker'] }, 'a worker process is replaced'),
      )
    }, delayMs)
  }

  #hear(id: number): void {
    const before = this.#heartbeats.countAnswering()
    this.#heartbeats.hear(id)
    if (this.#heartbeats.countAnswering() !== before) this.#broadcastCounts()
  }

  #countWorkers(): WorkerCounts {
    return { listening: this.#heartbeats.countAnswering(), wanted: this.#options.count }
  }

  #broadcastCounts(): void {
    this.tell({ kind: 'worker-counts', counts: this.#countWorkers() })
  }
}

/** Sends nothing to a worker that has just ended. */
function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {})
}

async function untilEnd(worker: Worker, graceMs: number): Promise<void> {
  if (worker.isDead()) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), graceMs + KILL_DELAY_MS)
  worker.once('exit', () => {
    clearTimeout(timer)
    resolve()
  })
  await promise
}
