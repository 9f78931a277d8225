import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { Socket } from 'node:net'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Certificate } from './certificate.ts'
import { findClientErrorStatus } from './client-error.ts'
import type { Connections } from './connections.ts'
import type { HttpLimits } from './limits.ts'
import { SampledWarning } from './sampled-warning.ts'

/** What a listener works with. */
export interface ListenerOptions {
  readonly limits: HttpLimits
  /** Null: plain HTTP. */
  readonly certificate: Certificate | null
  readonly connections: Connections
  /** A whole answer without a body, in bytes. */
  readonly formatBareResponse: (status: number) => string
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * node's server with every limit set and nothing answered by node itself: HTTP/1.1 alone, the
 * strict parser, no more sockets than allowed, slow clients dropped.
 */
export function createListener(options: ListenerOptions, serve: RequestListener): Server {
  const { limits, certificate, connections, formatBareResponse } = options
  const server = createServer(limits, certificate, serve)
  server.maxConnections = limits.maxConnections
  // With a limit, node would silently drop headers beyond it. maxHeaderSize bounds the headers already.
  server.maxHeadersCount = 0
  server.timeout = limits.requestTimeoutMs
  // A client that sends no more may still read (RFC 9112 §9.6). Without this, node would close before
  // the answer is written. Node has had this switch since its beginning, but no type for it.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('connection', socket => connections.add(socket))
  // The code that reads the body decides whether it is wanted.
  server.on('checkContinue', serve)
  // Unknown expectations may be ignored (RFC 9110 §10.1.1); node would answer by its own clock.
  server.on('checkExpectation', serve)
  server.on('connect', (_request, socket) => socket.end(formatBareResponse(400)))
  server.on('timeout', socket => {
    if (!connections.isWaitingForAnswer(socket)) socket.destroy()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = findClientErrorStatus(error.code)
    if (status === null || !(socket instanceof Socket) || socket.bytesRead === 0) socket.destroy()
    else connections.refuse(socket, formatBareResponse(status))
  })
  warnOfDroppedConnections(server, options)
  return server
}

function createServer(
  limits: HttpLimits,
  certificate: Certificate | null,
  serve: RequestListener,
): Server {
  const shortestMs = Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs)
  const common: ServerOptions = {
    insecureHTTPParser: false,
    // Node's count leaves out separators, so it is always below our own count of the same bytes. Ours
    // decides.
    maxHeaderSize: limits.maxHeadBytes,
    // Checked with the other rules about the head, so that the refusal is ours.
    requireHostHeader: false,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: Math.max(10, Math.min(1000, shortestMs / 4)),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    keepAliveTimeoutBuffer: Math.min(1000, limits.keepAliveTimeoutMs),
  }
  if (certificate === null) return createHttpServer(common, serve)
  return createHttpsServer(
    {
      ...common,
      ...certificate,
      // As in node's plain server, the connection does not end when the client has sent all that it
      // will send.
      allowHalfOpen: true,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: limits.headersTimeoutMs,
    },
    serve,
  )
}

function warnOfDroppedConnections(server: Server, { limits, logger, clock }: ListenerOptions) {
  const { maxConnections } = limits
  const warning = new SampledWarning(logger, clock)
  server.on('drop', () => {
    warning.note(dropped => [{ dropped, maxConnections }, 'too many connections'])
  })
}
