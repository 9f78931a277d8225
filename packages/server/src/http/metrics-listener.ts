import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where the metrics are served. */
export interface MetricsListener {
  readonly url: string
  /** Closes at once, because a scraper will ask again. */
  close(): Promise<void>
}

/** Connections of a scraper, and some for people who look by hand. */
const MAX_CONNECTIONS = 8
const REQUEST_TIMEOUT_MS = 5000

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Serves `GET /metrics` and nothing else, on a listener of its own, so that load on the other port
 * never keeps anybody from reading the metrics. Rejects when it can't listen there.
 */
export async function openMetricsListener(options: {
  readonly host: string
  readonly port: number
  /** The metrics in Prometheus's text format. */
  readonly read: () => Promise<string>
  readonly onError: (error: unknown) => void
}): Promise<MetricsListener> {
  const { host, port, read, onError } = options
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end()
      } else if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { allow: 'GET, HEAD' }).end()
      } else {
        read().then(
          text => response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(text),
          (error: unknown) => {
            onError(error)
            response.writeHead(500).end()
          },
        )
      }
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve)
  })
  server.on('error', onError)
  return {
    url: formatUrl(server.address()),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function formatUrl(bound: AddressInfo | string | null): string {
  if (bound === null || typeof bound === 'string') throw new TypeError('no TCP socket is bound')
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return `http://${host}:${bound.port}/metrics`
}
