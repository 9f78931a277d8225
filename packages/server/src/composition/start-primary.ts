import type { Config } from '../config/config.ts'
import { startInterval } from '../http/interval.ts'
import { StoreLostError } from '../store/failures.ts'
import { lockData } from '../store/sqlite/data-lock.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { startWorkers } from '../workers/start-workers.ts'
import { alarmOfKeys } from './alarm-of-keys.ts'
import { choosePort } from './choose-port.ts'
import type { Environment } from './environment.ts'
import { createEmergencyFollower, FOLLOW_EMERGENCY_MS } from './follow-emergency.ts'
import { guardData } from './guard-data.ts'
import { createKeyringFollower, type KeyringFollower } from './master-key/follow-keyring.ts'
import { findLeastStage } from './master-key/key-holder.ts'
import { openAudit } from './open-audit.ts'
import { type OpenData, openData } from './open-data.ts'
import { openLogger } from './open-logger.ts'
import { serveMetrics } from './open-metrics.ts'
import { preparePublishing, type RunningPublishing } from './start-publishing.ts'
import { startRotation } from './start-rotation.ts'
import { findStoreFile } from './store-place.ts'
import { warnOfOpenDirectory } from './warn-of-open-directory.ts'
import { watchDescriptors } from './watch-descriptors.ts'

/** How late targets hear of a change that a worker or a command has made. */
const FOLLOW_INTERVAL_MS = 250

/** What runs until it is told to stop. */
export interface Stoppable {
  /** URL of the endpoint, without a slash at the end. */
  readonly endpoint: string
  /** Resolves, with what to tell the operator, when the server can't go on and should be stopped. */
  readonly lost: Promise<Error>
  /** The configured time for requests in flight to end. */
  readonly graceMs: number
  /** Lets requests in flight end, then closes everything. Called again, it shortens the grace. */
  readonly stop: (options: { readonly graceMs: number }) => Promise<void>
  /** Opens the audit file anew and reads the TLS files. Never rejects. */
  readonly reload: () => Promise<void>
}

/**
 * Starts the primary process of several workers (`server.workers`). It holds the data directory for
 * all of them, has the signing keys rotate and shows the metrics of all as one; it answers no request
 * itself.
 *
 * @throws DataLockedError, ListenError, WorkerStartError
 */
export async function startPrimary(
  configured: Config,
  environment: Environment,
): Promise<Stoppable> {
  const config = await choosePort(configured)
  const logger = openLogger(config, environment)
  await using stack = new AsyncDisposableStack()
  const file = findStoreFile(config)
  const lock = file === null ? null : await lockData(file, environment.random)
  stack.defer(() => lock?.release())
  if (file !== null) warnOfOpenDirectory(file, logger)
  const metrics = createMetrics({
    nowSeconds: () => performance.now() / 1000,
    readProcess: async () => [],
  })
  const data = await openData(config, environment, {
    reportRefusedKey: alarmOfKeys(logger, metrics),
  })
  stack.defer(() => data.close())
  const guard = file === null ? null : guardData({ path: file, isOpenHere: true, lock, logger })
  stack.defer(() => guard?.stop())
  const record = await openAudit(config, logger, metrics, environment)
  stack.defer(() => record.audit.close())
  const parts = { config, environment, data, logger, metrics, audit: record.audit }
  const publishing = await preparePublishing(parts)
  stack.defer(() => publishing.stop())
  const { promise: lostByWorker, resolve: reportLost } = Promise.withResolvers<Error>()
  const { workers: count } = config.server
  const port = ['--set', `listen.port=${config.listen.port}`]
  const workers = await startWorkers({
    count,
    args: [...port, ...process.argv.slice(2)],
    // A descriptor can be read once, which this process has done.
    copySecret: config.masterKey.fd === null ? null : () => data.masterKey.key.export(),
    hungAfterSeconds: config.server.hungAfterSeconds,
    logger,
    metrics,
    mayRestart: () => guard?.isSafe() ?? true,
    onLost: reason => reportLost(new StoreLostError(reason)),
  })
  stack.defer(() => workers.stop({ graceMs: 0 }))
  stack.defer(watchDescriptors(logger, metrics))
  const scrapes = await serveMetrics(config, logger, async () => [
    await metrics.report(),
    ...(await workers.reportMetrics()),
  ])
  stack.defer(() => scrapes?.close())
  stack.defer(
    startInterval(FOLLOW_EMERGENCY_MS, createEmergencyFollower(data, logger, publishing.noteAll)),
  )
  const keyring = createKeyringFollower({
    config,
    environment,
    data,
    logger,
    findOthersStage: to => findLeastStage(workers.listKeyStages(to)),
  })
  const rotation = startRotation({ ...parts, visibility: publishing.visibility })
  stack.defer(() => rotation.stop())
  publishing.start(rotation.look)
  stack.defer(
    startInterval(FOLLOW_INTERVAL_MS, createFollower(data, { publishing, keyring }, logger)),
  )
  const opened = stack.move()
  return {
    endpoint: workers.endpoint,
    lost: guard === null ? lostByWorker : Promise.race([guard.lost, lostByWorker]),
    graceMs: config.limits.shutdownGraceSeconds * 1000,
    async stop(options) {
      await workers.stop(options)
      await opened.disposeAsync()
    },
    async reload() {
      workers.reload()
      await record.reopenAudit()
    },
  }
}

/**
 * Has what changes in the store published, and the master keys follow. The process answers nobody and
 * remembers nothing else of it.
 */
function createFollower(
  { store }: OpenData,
  { publishing, keyring }: { publishing: RunningPublishing; keyring: KeyringFollower },
  logger: Logger,
): () => Promise<void> {
  let isFailing = false
  return async () => {
    try {
      const topics = await store.takeChangedTopics()
      publishing.note(topics)
      await keyring.follow(topics)
      isFailing = false
    } catch (cause) {
      if (!isFailing) logger.error({ err: cause }, 'the store cannot be asked for changes')
      isFailing = true
    }
  }
}
