import { onTestFinished } from 'vitest'
import { createTestClock, type TestClock } from '../../../test/support/clock.ts'
import { MemoryBudget } from '../../runtime/memory-budget.ts'
import type { WireRequest, WireResponse } from '../../wire/message.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../http-server.ts'
import { DEFAULT_HTTP_LIMITS } from '../limits.ts'

/** 2026-11-22T20:12:19.750Z */
const NOW_MS = 1_795_378_339_750

/** `Date` at {@link NOW_MS}. */
export const NOW_TEXT = 'Sun, 22 Nov 2026 20:12:19 GMT'

/** A line of the log. */
interface LogLine {
  readonly level: string
  readonly fields: object
  readonly message: string
}

/** A server on a port of its own, and what it did. */
export interface StartedServer {
  readonly server: HttpServer
  readonly port: number
  readonly url: string
  /** What the pipeline was handed. */
  readonly requests: readonly WireRequest[]
  readonly log: readonly LogLine[]
  /** The clock of the server. */
  readonly clock: TestClock
}

/** What the pipeline of these tests answers with unless a test says otherwise. */
export const OK: WireResponse = {
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<ok/>',
}

/** What a call is answered with that there is no place for. */
export const OVERLOAD: WireResponse = {
  status: 400,
  headers: { 'content-type': 'text/xml' },
  body: '<throttled/>',
}

/** Starts a server whose pipeline answers 200; stops it when the test has finished. */
export async function startServer(
  overrides: Partial<HttpServerOptions> = {},
): Promise<StartedServer> {
  const requests: WireRequest[] = []
  const log: LogLine[] = []
  const write = (level: string) => (fields: object, message: string) => {
    log.push({ level, fields, message })
  }
  const clock = createTestClock(NOW_MS)
  const { handle = async () => OK, ...rest } = overrides
  const server = await createHttpServer({
    handle: request => {
      requests.push(request)
      return handle(request)
    },
    answerOverload: () => OVERLOAD,
    memory: new MemoryBudget(16 * DEFAULT_HTTP_LIMITS.maxBodyBytes),
    countWaitingOutside: () => 0,
    matchDocument: () => null,
    findDocuments: async () => null,
    noteFetched: null,
    documentCacheSeconds: 300,
    readiness: async () => ({ ready: true, checks: {} }),
    developmentPages: null,
    tls: null,
    logger: {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
    },
    clock,
    ...rest,
  })
  const { port, url } = await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close({ graceMs: 0 }))
  return { server, port, url, requests, log, clock }
}
