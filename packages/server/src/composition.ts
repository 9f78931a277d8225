import { alarmOfKeys } from './composition/alarm-of-keys.ts'
import { checkReadiness } from './composition/check-readiness.ts'
import { choosePort } from './composition/choose-port.ts'
import type { Environment } from './composition/environment.ts'
import { createChangeFollower } from './composition/follow-changes.ts'
import { createEmergencyFollower, FOLLOW_EMERGENCY_MS } from './composition/follow-emergency.ts'
import { guardData } from './composition/guard-data.ts'
import { toHttpLimits, toRateSettings, toTlsSettings } from './composition/http-settings.ts'
import { keepLastUses } from './composition/keep-last-uses.ts'
import { createKeyringFollower } from './composition/master-key/follow-keyring.ts'
import {
  meterCaches,
  meterDocuments,
  meterHttp,
  meterLanes,
  meterSigner,
  meterStaleness,
} from './composition/meter-parts.ts'
import { openAudit } from './composition/open-audit.ts'
import { MAX_CACHED_ACCOUNTS, openData } from './composition/open-data.ts'
import { openDevelopmentPages } from './composition/open-development-pages.ts'
import { openLogger } from './composition/open-logger.ts'
import { openMemory } from './composition/open-memory.ts'
import { openMetrics } from './composition/open-metrics.ts'
import { openSigners } from './composition/open-signers.ts'
import { openWebIdentity } from './composition/open-web-identity.ts'
import { probeStore } from './composition/probe-store.ts'
import { rememberReaders } from './composition/remember-readers.ts'
import { reportIssuers } from './composition/report-issuers.ts'
import { reportNames } from './composition/report-names.ts'
import { reportPinnedRoles } from './composition/report-pinned-roles.ts'
import type { RunningServer } from './composition/running-server.ts'
import { preparePublishing } from './composition/start-publishing.ts'
import { startRotation } from './composition/start-rotation.ts'
import { findStoreFile } from './composition/store-place.ts'
import { warnOfOpenDirectory } from './composition/warn-of-open-directory.ts'
import { watchDescriptors } from './composition/watch-descriptors.ts'
import type { Config } from './config/config.ts'
import { createRegions } from './config/regions.ts'
import { createDirectory } from './directory/directory.ts'
import type { FindDocuments } from './http/exchange.ts'
import { createHttpServer, type HttpServer } from './http/http-server.ts'
import { startInterval } from './http/interval.ts'
import { ListenError } from './http/listen-error.ts'
import { createOverloadResponse } from './pipeline/overload-response.ts'
import { createPipeline } from './pipeline/pipeline.ts'
import { RateLimits } from './pipeline/rate-limits.ts'
import { createSessionCredentials } from './sessions/session-credentials.ts'
import { createLocalSigner } from './signers/local-signer.ts'
import { lockData } from './store/sqlite/data-lock.ts'
import { CallMetrics } from './telemetry/call-metrics.ts'
import { SignatureVerifier } from './wire/sigv4/verify.ts'

export { createData, requireNewInstallation } from './composition/create-data.ts'
export {
  findEmergencyFile,
  MAX_EMERGENCY_BYTES,
} from './composition/emergency-revocations.ts'
export { type Environment, SYSTEM_CLOCK, SYSTEM_RANDOM } from './composition/environment.ts'
export { defaultMasterKeyFile } from './composition/master-key/find-key-files.ts'
export { type OpenData, openData } from './composition/open-data.ts'
export { openPublishing } from './composition/open-publishing.ts'
export { recordKeyChanges } from './composition/record-key-changes.ts'
export { recordNameChange } from './composition/record-name-change.ts'
export { toInspected } from './composition/report-issuers.ts'
export type { RunningServer } from './composition/running-server.ts'

/** How long what has changed elsewhere may stay in the memory of a process that nobody calls. */
const FOLLOW_INTERVAL_MS = 1000

/** Access keys with their principals, and compiled policies of principals, kept in memory. */
const MAX_CACHED_PRINCIPALS = MAX_CACHED_ACCOUNTS

/**
 * Opens everything that the configuration names and listens. What was opened is closed again when a
 * later step fails.
 * @throws errors with a text for the operator: data in use by another server, port taken, and those of
 * {@link openData}
 */
export async function startServer(
  configured: Config,
  environment: Environment,
): Promise<RunningServer> {
  const config = await choosePort(configured)
  const { clock, random, worker, overrides = {} } = environment
  const logger = openLogger(config, environment)
  await using stack = new AsyncDisposableStack()
  const file = findStoreFile(config)
  const lock = worker === undefined && file !== null ? await lockData(file, random) : null
  stack.defer(() => lock?.release())
  if (lock !== null && file !== null) warnOfOpenDirectory(file, logger)
  const { metrics, listen: listenForScrapes } = await openMetrics(config)
  const signing = await openSigners({ config, random, logger })
  meterLanes(signing.status, metrics)
  const data = await openData(config, environment, {
    createSigner: sealer =>
      meterSigner(
        createLocalSigner(sealer, {
          signers: signing.signers,
          generatePrivateKey: overrides.generatePrivateKey,
        }),
        signing.kind,
        metrics,
      ),
    reportRefusedKey: alarmOfKeys(logger, metrics),
    onKnowledgeConfirmed: meterStaleness(metrics),
  })
  stack.defer(() => data.close())
  const guard = file === null ? null : guardData({ path: file, isOpenHere: true, lock, logger })
  stack.defer(() => guard?.stop())
  const probe = probeStore(data.store, logger, metrics)
  stack.defer(() => probe.stop())
  reportPinnedRoles(data, logger)
  reportNames(data, logger)
  const record = await openAudit(config, logger, metrics, environment)
  const { audit } = record
  const isAuditRequired = config.audit.onFailure === 'refuse'
  stack.defer(() => audit.close())

  const directory = createDirectory({ ...data, maxEntries: MAX_CACHED_PRINCIPALS })
  const saving = keepLastUses(directory, logger)
  stack.defer(() => saving.stop())
  const sessions = createSessionCredentials({
    masterKeys: data.masterKeys,
    random,
    maxCachedSessions: MAX_CACHED_PRINCIPALS,
  })
  const memory = openMemory(config)
  const webIdentity = await openWebIdentity(config, data, { clock, logger, memory })
  const regions = createRegions(config)
  const verifier = new SignatureVerifier({ maxCachedKeys: MAX_CACHED_PRINCIPALS })
  const keyring = createKeyringFollower({
    config,
    environment,
    data,
    logger,
    findOthersStage: () => 'seals',
  })
  const parts = { config, environment, data, logger, metrics, audit }
  const publishing = worker === undefined ? await preparePublishing(parts) : null
  stack.defer(() => publishing?.stop())
  const followChanges = createChangeFollower(
    data,
    topics => {
      directory.invalidate(topics)
      publishing?.note(topics)
    },
    keyring.follow,
    logger,
    metrics.counter('credence_store_feed_failures_total', {}),
    { mayGoOn: config.store.url === null },
  )
  // Also where nobody calls: a key that was revoked must leave the memory of every process.
  stack.defer(startInterval(FOLLOW_INTERVAL_MS, () => followChanges().catch(() => {})))
  const followEmergency = createEmergencyFollower(data, logger, publishing?.noteAll)
  stack.defer(startInterval(FOLLOW_EMERGENCY_MS, followEmergency))
  const pipeline = createPipeline({
    services: {
      ...data,
      directory,
      random,
      sessions,
      webIdentity,
      computeContextBrokers: new Set(config.sts.computeContextBrokers),
    },
    directory,
    sessions,
    verifier,
    audit,
    unprovenCalls: record.unprovenCalls,
    isAuditRequired,
    logger,
    calls: new CallMetrics(metrics),
    clock,
    random,
    followChanges,
    rateLimits: new RateLimits({
      ...toRateSettings(config),
      counterOf: scope => metrics.counter('credence_requests_over_rate_total', { scope }),
    }),
    ...regions,
  })
  const readers = rememberReaders(config, data, { clock, logger })
  stack.defer(() => readers.stop())
  const findDocuments: FindDocuments = async ({ issuerId, name }) => {
    await followChanges()
    return data.issuer.findDocuments(issuerId, name)
  }
  const http = await createHttpServer({
    handle: overrides.aroundPipeline?.(pipeline) ?? pipeline,
    answerOverload: createOverloadResponse({
      clock,
      random,
      sealer: data.sealer,
      homeRegion: regions.resolveRegion(null),
    }),
    memory,
    countWaitingOutside: () => webIdentity.countWaiting() + data.store.countWaiting(),
    matchDocument: data.issuerNames.findDocumentAddress,
    findDocuments: meterDocuments(
      overrides.aroundDocuments?.(findDocuments) ?? findDocuments,
      metrics,
    ),
    noteFetched: readers.noteFetched,
    developmentPages: openDevelopmentPages(config, data, environment),
    documentCacheSeconds: config.issuer.cacheMaxAgeSeconds,
    readiness: () =>
      checkReadiness({
        ...data,
        config,
        probe,
        record,
        isAuditRequired,
        signers: signing,
        worker,
      }),
    tls: toTlsSettings(config),
    limits: toHttpLimits(config),
    logger,
    clock,
  })
  meterHttp(http, webIdentity, metrics)
  meterCaches(
    () => ({
      ...directory.cacheStatistics(),
      ...sessions.cacheStatistics(),
      ...verifier.cacheStatistics(),
      ...webIdentity.cacheStatistics(),
      ...data.issuer.cacheStatistics(),
    }),
    metrics,
  )
  stack.defer(watchDescriptors(logger, metrics))
  const scrapes = worker === undefined ? await listenForScrapes(logger) : null
  stack.defer(() => scrapes?.close())
  const { url } = await listen(http, config)
  logger.info({ installation: data.installationId }, 'this installation is served')
  signing.announce()
  const rotation =
    publishing === null ? null : startRotation({ ...parts, visibility: publishing.visibility })
  stack.defer(() => rotation?.stop())
  if (rotation !== null) publishing?.start(rotation.look)
  const opened = stack.move()
  const stopping = new AbortController()
  const selfCheck = reportIssuers(data, logger, stopping.signal)
  const lost = guard?.lost ?? new Promise<never>(() => {})
  // At once: nothing may be granted or changed any more that nobody will find.
  void lost.then(() => http.close({ graceMs: 0 }))
  return {
    endpoint: url,
    lost,
    data,
    logger,
    reportMetrics: () => metrics.report(),
    rotateKeys: async () => rotation?.tick(),
    async publish() {
      await followChanges()
      await publishing?.tick()
    },
    saveReaders: readers.save,
    readEmergency: followEmergency,
    graceMs: config.limits.shutdownGraceSeconds * 1000,
    async stop(options) {
      stopping.abort()
      await http.close(options)
      await selfCheck
      await opened.disposeAsync()
    },
    async reload() {
      await Promise.all([record.reopenAudit(), http.reloadTls()])
    },
  }
}

async function listen(http: HttpServer, { listen }: Config) {
  try {
    return await http.listen(listen)
  } catch (cause) {
    await http.close({ graceMs: 0 })
    throw new ListenError(listen, cause)
  }
}
