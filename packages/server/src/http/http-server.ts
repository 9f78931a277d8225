import { lookup } from 'node:dns/promises'
import type { AddressInfo } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { createBatchGate } from '../runtime/batch-gate.ts'
import type { Clock } from '../runtime/clock.ts'
import type { MemoryBudget } from '../runtime/memory-budget.ts'
import { Admission, type AdmissionStatistics } from './admission.ts'
import { type CertificateFiles, loadCertificate, stampFiles } from './certificate.ts'
import { CertificateWatch } from './certificate-watch.ts'
import { Connections } from './connections.ts'
import { createDateHeader } from './date-header.ts'
import { createExchange, type Exchange, type ExchangeOptions } from './exchange.ts'
import { type StartInterval, startInterval } from './interval.ts'
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.ts'
import { createListener } from './listener.ts'
import { formatBareResponse } from './response.ts'
import { SampledWarning } from './sampled-warning.ts'

/** HTTPS with certificate files that are read again when they change. */
interface TlsOptions extends CertificateFiles {
  readonly reloadIntervalSeconds: number
}

/** What a server is made of. */
export interface HttpServerOptions
  extends Pick<
    ExchangeOptions,
    | 'handle'
    | 'answerOverload'
    | 'matchDocument'
    | 'findDocuments'
    | 'noteFetched'
    | 'documentCacheSeconds'
    | 'readiness'
    | 'developmentPages'
    | 'logger'
  > {
  /** Null: plain HTTP. */
  readonly tls: TlsOptions | null
  /** The limits that differ from {@link DEFAULT_HTTP_LIMITS}. */
  readonly limits?: Partial<HttpLimits>
  /** The clock that judges signatures: `Date` comes from it. */
  readonly clock: Clock
  /** How the certificate files are watched; the system's timer when absent. */
  readonly every?: StartInterval
  /** Milliseconds from an arbitrary instant, monotonic; the system's when absent. */
  readonly elapsedMs?: () => number
  /** What large bodies take their memory from. */
  readonly memory: MemoryBudget
  /** Calls in flight that wait for somebody else's server. */
  readonly countWaitingOutside: () => number
}

/** Where a server can be reached. */
interface ListeningAddress {
  /** The address that was bound. */
  readonly host: string
  readonly port: number
  /** Scheme, address and port, without a slash at the end. */
  readonly url: string
}

/** How busy a server is now. */
export interface Load extends AdmissionStatistics {
  readonly connections: number
}

/** The HTTP side of Credence. */
export interface HttpServer {
  /** Port 0 lets the system choose. Rejects when the host is unknown or the port is taken. */
  listen(address: { readonly host: string; readonly port: number }): Promise<ListeningAddress>
  readLoad(): Load
  /** Reads the certificate files now. Never rejects: a pair that cannot be used is logged. */
  reloadTls(): Promise<void>
  /**
   * Stops accepting, lets requests in flight end, and after `graceMs` drops what is left. A second call
   * can shorten the grace.
   */
  close(options: { readonly graceMs: number }): Promise<void>
}

/** Makes a server that does not listen yet. @throws CertificateError when TLS files cannot be used */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { clock, logger, tls } = options
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits }
  const connections = new Connections(limits.maxQueuedBytes)
  const formatDate = createDateHeader(clock)
  const stamp = tls === null ? '' : await stampFiles(tls)
  const certificate = tls === null ? null : await loadCertificate(tls)
  const listenerOptions = {
    limits,
    certificate,
    connections,
    formatBareResponse: (status: number) => formatBareResponse(status, formatDate()),
    logger,
    clock,
  }
  const admission = new Admission({
    limits,
    memory: options.memory,
    elapsedMs: options.elapsedMs ?? (() => performance.now()),
    countWaitingOutside: options.countWaitingOutside,
  })
  const exchange = createExchange({
    ...options,
    limits,
    isSecure: tls !== null,
    connections,
    admission,
    batchGate: createBatchGate(setImmediate),
    formatDate,
    overloadWarning: new SampledWarning(logger, clock),
  })
  const app = createApp(exchange, serve => createListener(listenerOptions, serve))
  await app.ready()
  const watch = tls === null ? null : watchCertificate(app, tls, options, stamp)
  let closed: Promise<unknown> | null = null

  return {
    async listen({ host, port }) {
      const { address } = await lookup(host, { order: 'ipv4first' })
      await app.listen({ host: address, port })
      // After the server has started, such an error concerns one connection, e.g. when there are no
      // more file descriptors.
      app.server.on('error', error => logger.error({ err: error }, 'cannot accept connections'))
      return toListeningAddress(app, tls === null ? 'http' : 'https')
    },
    readLoad: () => {
      const statistics = admission.statistics()
      return {
        ...statistics,
        refusedForMemory: statistics.refusedForMemory + connections.cutOff,
        connections: connections.count,
      }
    },
    async reloadTls() {
      await watch?.reload()
    },
    async close({ graceMs }) {
      watch?.stop()
      const timer = setTimeout(() => {
        const dropped = connections.drop()
        if (dropped > 0) logger.warn({ dropped }, 'connections dropped at shutdown')
      }, graceMs)
      closed ??= app.close()
      connections.close()
      await closed
      clearTimeout(timer)
    },
  }
}

/**
 * Fastify with one route for everything. Its router never sees the target, its parsers never a body,
 * and its error pages never a client: `exchange` has the request as it came.
 */
function createApp(
  exchange: Exchange,
  createServer: (serve: Parameters<typeof createListener>[1]) => ReturnType<typeof createListener>,
): FastifyInstance {
  const app = fastify({
    serverFactory: serve => createServer(serve),
    // Connection errors are answered by the listener, for Fastify's own answer has a body.
    clientErrorHandler: () => undefined,
    rewriteUrl: () => '/',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // There are no schemas. Without these, Fastify loads and builds its compilers at every start.
    schemaController: {
      compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas },
    },
  })
  for (const method of app.supportedMethods) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  const serve = (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack()
    return exchange(request.raw, reply.raw, request.originalUrl)
  }
  app.all('/', serve)
  app.setNotFoundHandler(serve)
  return app
}

function refuseSchemas(): never {
  throw new TypeError('no route has a schema')
}

function watchCertificate(
  app: FastifyInstance,
  tls: TlsOptions,
  { every = startInterval, logger }: HttpServerOptions,
  stamp: string,
): CertificateWatch {
  return new CertificateWatch(
    {
      files: tls,
      intervalMs: tls.reloadIntervalSeconds * 1000,
      every,
      logger,
      use: certificate => {
        const { server } = app
        if (server instanceof TlsServer) server.setSecureContext(certificate)
      },
    },
    stamp,
  )
}

function toListeningAddress(app: FastifyInstance, scheme: 'http' | 'https'): ListeningAddress {
  const bound: AddressInfo | string | null = app.server.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('no TCP socket is bound')
  const { address, family, port } = bound
  const host = family === 'IPv6' ? `[${address}]` : address
  return { host: address, port, url: `${scheme}://${host}:${port}` }
}
