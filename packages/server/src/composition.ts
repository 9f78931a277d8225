import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AuditOpenError } from './audit/audit-open-error.ts'
import type { AuditSink } from './audit/event.ts'
import { openFileSink } from './audit/file-sink.ts'
import { createStreamSink } from './audit/stream-sink.ts'
import type { Config } from './config/config.ts'
import { createRegionCheck } from './config/region-check.ts'
import {
  findIssuerUrlChoice,
  findMasterKeySource,
  findTlsFiles,
  type MasterKeySource,
} from './config/serve-config.ts'
import { createDirectory, type Directory } from './directory/directory.ts'
import { inspectIssuers } from './doctor/inspect-issuers.ts'
import { findFreePort } from './http/free-port.ts'
import { createHttpServer, type HttpServer } from './http/http-server.ts'
import { ListenError } from './http/listen-error.ts'
import { type CachingIssuer, createIssuer } from './issuer/create-issuer.ts'
import { JWKS_PATH } from './issuer/discovery.ts'
import { createIssuerUrls, type IssuerUrls } from './issuer/issuer-url.ts'
import { createLocalSigner } from './issuer/signer/local-signer.ts'
import { createPipeline } from './pipeline/pipeline.ts'
import type { Clock } from './runtime/clock.ts'
import { describeSystemError } from './runtime/describe-system-error.ts'
import type { RandomSource } from './runtime/random.ts'
import { createAesGcmSealer } from './secrets/aes-gcm-sealer.ts'
import { checkMasterKey } from './secrets/check-master-key.ts'
import { type MasterKey, MasterKeyError, parseMasterKeyText } from './secrets/master-key.ts'
import { loadMasterKeyDescriptor, loadMasterKeyFile } from './secrets/master-key-file.ts'
import type { Sealer } from './secrets/sealer.ts'
import { createSessionCredentials } from './sessions/session-credentials.ts'
import { lockDataDirectory } from './store/data-lock.ts'
import type { Store } from './store/ports.ts'
import { createSqliteStore } from './store/sqlite.ts'
import { createLogger } from './telemetry/create-logger.ts'
import type { Logger } from './telemetry/logger.ts'
import { createWebIdentityVerifier } from './web-identity/create-web-identity-verifier.ts'
import { createHttpsFetch } from './web-identity/https-fetch.ts'
import { WEB_IDENTITY_LIMITS } from './web-identity/limits.ts'
import { SYSTEM_RESOLVERS } from './web-identity/resolve-host.ts'
import type { WebIdentityVerifier } from './web-identity/web-identity.ts'
import { SignatureVerifier } from './wire/sigv4/verify.ts'

/** The machine's clock. */
export const SYSTEM_CLOCK: Clock = { nowMs: () => Date.now() }

/** The machine's cryptographically strong randomness. */
export const SYSTEM_RANDOM: RandomSource = { bytes: randomBytes, uuid: randomUUID }

/** Time, randomness, environment variables and log, which tests replace. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: RandomSource
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the server's log goes; standard error when left out. */
  readonly logDescriptor?: number
}

/** The data of an installation, opened: what the server and the command line both work on. */
export interface OpenData {
  readonly masterKey: MasterKey
  readonly store: Store
  readonly sealer: Sealer
  readonly issuer: CachingIssuer
  readonly issuerUrls: IssuerUrls
  readonly close: () => Promise<void>
}

/** How many accounts' issuers stay in memory, with their opened keys. */
const MAX_CACHED_ISSUERS = 10_000

/**
 * Opens master key and store and makes sure that they belong together before anything is read.
 * @throws MasterKeyError, StoreOpenError, IssuerUrlError: each with a text for the operator
 */
export async function openData(config: Config, surroundings: Surroundings): Promise<OpenData> {
  const { random } = surroundings
  const issuerUrls = createIssuerUrls(findIssuerUrlChoice(config) ?? localIssuerUrl(config))
  const masterKey = await loadMasterKey(config, surroundings)
  const sealer = createAesGcmSealer(masterKey, random)
  const store = await createSqliteStore({ path: config.store.path })
  try {
    await checkMasterKey(store, sealer)
  } catch (error) {
    await store.close()
    throw error
  }
  const issuer = createIssuer({
    store,
    signer: createLocalSigner(sealer),
    random,
    issuerUrls,
    keyNaming: config.issuer.keyIds,
    propagationDelayMs: config.federation.propagationDelaySeconds * 1000,
    maxCachedAccounts: MAX_CACHED_ISSUERS,
  })
  return { masterKey, store, sealer, issuer, issuerUrls, close: () => store.close() }
}

/** The master key file of an installation that names no other source: beside its store. */
export function defaultMasterKeyFile(config: Config): string {
  return join(dirname(config.store.path), 'master.key')
}

async function loadMasterKey(config: Config, { env }: Surroundings): Promise<MasterKey> {
  const source: MasterKeySource = findMasterKeySource(config) ?? {
    kind: 'file',
    path: defaultMasterKeyFile(config),
  }
  switch (source.kind) {
    case 'file':
      return loadMasterKeyFile(source.path)
    case 'descriptor':
      return loadMasterKeyDescriptor(source.fd)
    case 'environment': {
      const text = env[source.name]
      const where = `environment variable ${source.name}`
      if (text === undefined) throw new MasterKeyError(`${where} is not set`)
      return parseMasterKeyText(text, where)
    }
  }
}

/** What `credence dev` and local commands issue under when no issuer is configured. */
function localIssuerUrl({ listen, tls }: Config) {
  const scheme = tls.certFile === null ? 'http' : 'https'
  return { baseUrl: `${scheme}://${listen.host}:${listen.port}`, allowInsecure: false }
}

/** A server that answers requests. */
export interface RunningServer {
  /** URL of the endpoint, without a slash at the end. */
  readonly endpoint: string
  readonly data: OpenData
  readonly logger: Logger
  /** The configured time for requests in flight to end. */
  readonly graceMs: number
  /** Lets requests in flight end, then closes everything. Called again, it shortens the grace. */
  readonly stop: (options: { readonly graceMs: number }) => Promise<void>
  /**
   * Opens the audit file anew, as log rotation needs it, and reads the TLS files. Never rejects: what
   * can't be taken into use is logged, and the old one stays.
   */
  readonly reload: () => Promise<void>
}

/** A start must not fetch thousands of documents; `credence doctor` looks at all. */
const MAX_INSPECTED_AT_START = 10

/** How often the last uses of access keys go to the store; `GetAccessKeyLastUsed` is late by this. */
const KEY_USE_INTERVAL_MS = 60_000

/** Access keys with their principals, and compiled policies of principals, kept in memory. */
const MAX_CACHED_PRINCIPALS = 50_000

/**
 * Opens everything that the configuration names and listens. What was opened is closed again when a
 * later step fails.
 * @throws errors with a text for the operator: data in use by another server, port taken, and those of
 * {@link openData}
 */
export async function startServer(
  configured: Config,
  surroundings: Surroundings,
): Promise<RunningServer> {
  const config = await settlePort(configured)
  const { clock, random } = surroundings
  const logger = openLogger(config, surroundings)
  await using stack = new AsyncDisposableStack()
  const lock = lockDataDirectory(dirname(config.store.path))
  stack.defer(() => lock.release())
  const data = await openData(config, surroundings)
  stack.defer(() => data.close())
  const { audit, reopenAudit } = await openAudit(config, logger)
  stack.defer(() => audit.close())

  const directory = createDirectory({ ...data, maxEntries: MAX_CACHED_PRINCIPALS })
  stack.defer(() => saveKeyUses(directory, logger))
  const saving = setInterval(() => saveKeyUses(directory, logger), KEY_USE_INTERVAL_MS)
  saving.unref()
  stack.defer(() => clearInterval(saving))
  const sessions = createSessionCredentials({
    masterKey: data.masterKey,
    random,
    maxCachedSessions: MAX_CACHED_PRINCIPALS,
  })
  const pipeline = createPipeline({
    services: {
      ...data,
      directory,
      random,
      sessions,
      webIdentity: await openWebIdentity(config, data, clock),
      computeContextBrokers: new Set(config.sts.computeContextBrokers),
    },
    directory,
    sessions,
    unsignedRegion: config.sts.unsignedRegion,
    verifier: new SignatureVerifier({ maxCachedKeys: MAX_CACHED_PRINCIPALS }),
    audit,
    isAuditRequired: config.audit.onFailure === 'refuse',
    logger,
    clock,
    random,
    followChanges: createChangeFollower(data, directory.invalidate, logger),
    isRegionAllowed: createRegionCheck(config),
    globalEndpointHosts: new Set(config.sts.globalEndpointHosts),
  })
  const http = await createHttpServer({
    handle: pipeline,
    matchDocument: data.issuerUrls.findDocumentAddress,
    findDocuments: data.issuer.findDocuments,
    documentCacheSeconds: config.issuer.cacheMaxAgeSeconds,
    readiness: () => checkReadiness(data.store),
    tls: describeTls(config),
    limits: describeLimits(config),
    logger,
    clock,
  })
  const { url } = await listen(http, config)
  const opened = stack.move()
  const stopping = new AbortController()
  const selfCheck = reportIssuers(data, logger, stopping.signal)
  return {
    endpoint: url,
    data,
    logger,
    graceMs: config.limits.shutdownGraceSeconds * 1000,
    async stop(options) {
      stopping.abort()
      await http.close(options)
      await selfCheck
      await opened.disposeAsync()
    },
    async reload() {
      await Promise.all([reopenAudit(), http.reloadTls()])
    },
  }
}

/** A port that the system chooses must be known before it stands in the issuer URL. */
async function settlePort(config: Config): Promise<Config> {
  const { host, port } = config.listen
  if (port !== 0) return config
  try {
    return { ...config, listen: { host, port: await findFreePort(host) } }
  } catch (cause) {
    throw new ListenError(config.listen, cause)
  }
}

function openLogger({ log }: Config, { clock, logDescriptor }: Surroundings): Logger {
  const { level } = log
  if (logDescriptor === undefined) return createLogger({ level, clock })
  return createLogger({ level, clock, fileDescriptor: logDescriptor })
}

/** The self-check at start: tokens of an issuer that looks different from outside can't be verified. */
async function reportIssuers(
  { store, issuer }: OpenData,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { items } = await store.listAccounts({ marker: null, maxItems: MAX_INSPECTED_AT_START })
    const findings = await inspectIssuers(issuer, items, signal)
    if (signal.aborted) return
    for (const { what, problem } of findings) {
      if (problem === null) logger.info({ url: what }, 'the issuer can be verified from outside')
      else logger.warn({ url: what, problem }, 'verifiers will not find this issuer as it is here')
    }
  } catch (cause) {
    logger.error({ err: cause }, 'the self-check of the issuers failed')
  }
}

/** What could not be saved now waits for the next time. */
async function saveKeyUses(directory: Directory, logger: Logger): Promise<void> {
  try {
    await directory.saveKeyUses()
  } catch (cause) {
    logger.warn({ err: cause }, 'the last uses of access keys are not saved')
  }
}

async function openWebIdentity(
  { webIdentity }: Config,
  { issuerUrls }: OpenData,
  clock: Clock,
): Promise<WebIdentityVerifier> {
  const { caFile, listedOrigins } = webIdentity
  return createWebIdentityVerifier({
    clock,
    fetchDocument: createHttpsFetch({
      listedOrigins,
      resolvers: SYSTEM_RESOLVERS,
      certificateAuthorities: caFile === null ? null : await readFile(caFile, 'utf8'),
    }),
    isOwnIssuer: issuerUrl => isOwnIssuer(issuerUrls, issuerUrl),
    limits: WEB_IDENTITY_LIMITS,
  })
}

/** Whether an issuer URL has the form of those that this installation issues under. */
function isOwnIssuer(issuerUrls: IssuerUrls, issuerUrl: string): boolean {
  const url = URL.parse(issuerUrl)
  if (url === null) return false
  const path = url.pathname === '/' ? '' : url.pathname
  const address = issuerUrls.findDocumentAddress(url.host, `${path}${JWKS_PATH}`)
  return address !== null && issuerUrls.formatIssuerUrl(address.issuerId) === issuerUrl
}

async function openAudit(
  { audit: { destination, durability, file: path } }: Config,
  logger: Logger,
): Promise<{ readonly audit: AuditSink; readonly reopenAudit: () => Promise<void> }> {
  if (destination === 'stdout') {
    return { audit: createStreamSink(process.stdout), reopenAudit: async () => {} }
  }
  const audit = await openFileSink({ path, durability }).catch((cause: unknown) => {
    throw new AuditOpenError(path, describeSystemError(cause), cause)
  })
  const reopenAudit = async () => {
    try {
      await audit.reopen()
      logger.info({ file: path }, 'audit file opened anew')
    } catch (error) {
      logger.error({ err: error }, 'audit file not opened anew; the old one stays in use')
    }
  }
  return { audit, reopenAudit }
}

/**
 * Makes caches follow the store's feed. A store that can't be asked leaves them as they are: known
 * principals go on, and the failure is in the log.
 */
function createChangeFollower(
  { store, issuer }: OpenData,
  invalidate: (topics: readonly string[]) => void,
  logger: Logger,
): () => Promise<void> {
  return async () => {
    try {
      const topics = await store.takeChangedTopics()
      if (topics.length === 0) return
      invalidate(topics)
      issuer.invalidate(topics)
    } catch (cause) {
      logger.error({ err: cause }, 'the store cannot be asked for changes')
    }
  }
}

async function checkReadiness(store: Store) {
  try {
    await store.checkHealth()
    return { ready: true, checks: { store: 'ok' } }
  } catch (error) {
    return { ready: false, checks: { store: error instanceof Error ? error.message : 'failed' } }
  }
}

function describeTls(config: Config) {
  const files = findTlsFiles(config)
  const { reloadIntervalSeconds } = config.tls
  return files === null ? null : { ...files, reloadIntervalSeconds }
}

function describeLimits({ limits }: Config) {
  return {
    maxHeadBytes: limits.maxHeadBytes,
    maxBodyBytes: limits.maxBodyBytes,
    headersTimeoutMs: limits.headersTimeoutSeconds * 1000,
    requestTimeoutMs: limits.requestTimeoutSeconds * 1000,
    keepAliveTimeoutMs: limits.keepAliveTimeoutSeconds * 1000,
    maxConnections: limits.maxConnections,
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
