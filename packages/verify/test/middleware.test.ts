import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import { guardExpress } from '../src/middleware/express.ts'
import { guardFastify } from '../src/middleware/fastify.ts'
import { guardFetch } from '../src/middleware/fetch.ts'
import type { Guard, Identity } from '../src/middleware/guard.ts'
import { guardHono } from '../src/middleware/hono.ts'
import { guardNodeHttp } from '../src/middleware/node-http.ts'
import { BOUND_TOKEN, createTestGuard, GOOD_TOKEN, REQUESTS } from './guards.ts'
import { startHttpServer } from './http-server.ts'

interface Grant {
  readonly role: string
}
interface GuardResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}
/** Sends these values of `Authorization`, each as a header of its own. */
type Send = (authorizations: readonly string[]) => Promise<GuardResponse>

const formatIdentity = ({ token, rule, grant }: Identity<Grant>): string =>
  `${rule} ${grant.role} ${token.principal.name}`

/** A request over a bare socket, since HTTP clients don't send a header twice. */
async function sendRaw(port: number, authorizations: readonly string[]): Promise<GuardResponse> {
  const socket = connect(port, '127.0.0.1')
  const lines = authorizations.map(value => `Authorization: ${value}\r\n`).join('')
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${lines}Connection: close\r\n\r\n`, 'latin1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(Buffer.from(chunk)))
  await once(socket, 'close')
  const [head = '', ...body] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n')
  const [first = '', ...rest] = head.split('\r\n')
  const headers = rest.map(
    line =>
      [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)] as const,
  )
  return {
    status: Number(first.split(' ')[1]),
    headers: new Map(headers),
    body: body.join('\r\n\r\n'),
  }
}

async function overHttp(
  listener: RequestListener,
  use: (send: Send) => Promise<void>,
): Promise<void> {
  await using server = await startHttpServer(listener)
  await use(authorizations => sendRaw(Number(new URL(server.origin).port), authorizations))
}

async function overFetch(
  handle: (request: Request) => Response | Promise<Response>,
  use: (send: Send) => Promise<void>,
): Promise<void> {
  await use(async authorizations => {
    const headers = new Headers()
    // A `Headers` takes bytes, as a server would have read them.
    for (const value of authorizations)
      headers.append('authorization', Buffer.from(value).toString('latin1'))
    const response = await handle(new Request('http://a/', { headers }))
    return {
      status: response.status,
      headers: new Map(response.headers),
      body: await response.text(),
    }
  })
}

type Adapter = (guard: Guard<Grant>, use: (send: Send) => Promise<void>) => Promise<void>

const ADAPTERS: readonly (readonly [string, Adapter])[] = [
  [
    'Express',
    (guard, use) => {
      const app = express()
      app.use(guardExpress(guard))
      app.get('/', (request, response) => {
        response.send(formatIdentity(guard.identityOf(request)))
      })
      return overHttp(app, use)
    },
  ],
  [
    'Fastify',
    async (guard, use) => {
      const app = Fastify()
      app.addHook('onRequest', guardFastify(guard))
      app.get('/', async request => formatIdentity(guard.identityOf(request)))
      await app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = new URL(app.listeningOrigin)
      await use(authorizations => sendRaw(Number(port), authorizations))
      await app.close()
    },
  ],
  [
    'Hono',
    (guard, use) => {
      const app = new Hono()
      app.use(guardHono(guard))
      app.get('/', c => c.text(formatIdentity(guard.identityOf(c))))
      return overFetch(request => app.fetch(request), use)
    },
  ],
  [
    'node:http',
    (guard, use) =>
      overHttp(
        guardNodeHttp(guard, (request, response, identity) => {
          expect(guard.identityOf(request)).toBe(identity)
          response.end(formatIdentity(identity))
        }),
        use,
      ),
  ],
  [
    'fetch',
    (guard, use) =>
      overFetch(
        guardFetch(guard, (request, identity) => {
          expect(guard.identityOf(request)).toBe(identity)
          return new Response(formatIdentity(identity))
        }),
        use,
      ),
  ],
]

describe.each(ADAPTERS)('middleware for %s', (_, adapt) => {
  it('answers as RFC 6750 asks, and lets in whom the rules trust', async () => {
    const { guard, onRefusal } = createTestGuard()
    await adapt(guard, async send => {
      for (const [name, authorizations, status, challenge] of REQUESTS) {
        const answer = await send(authorizations)
        expect([name, answer.status, answer.headers.get('www-authenticate') ?? null]).toEqual([
          name,
          status,
          challenge,
        ])
        expect(answer.body).toBe(status === 200 ? 'deployers deployer deployer' : '')
        if (status !== 200) expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    })
    expect(onRefusal).toHaveBeenCalledTimes(
      REQUESTS.filter(([, , status]) => status !== 200).length,
    )
  })
})

describe.each(ADAPTERS)('a token that is bound to a key, and middleware for %s', (_, adapt) => {
  it('is refused unless the guard says how the binding is checked', async () => {
    const { guard, onRefusal } = createTestGuard()
    await adapt(guard, async send => {
      expect((await send([`Bearer ${BOUND_TOKEN}`])).status).toBe(401)
    })
    expect(onRefusal.mock.calls.map(([{ error }]) => error.code)).toEqual(['binding_refused'])
  })

  it('is checked with the request that brought it', async () => {
    const requests: object[] = []
    const { guard } = createTestGuard(({ confirmation, token, request }) => {
      expect(confirmation).toEqual({ jkt: 'thumbprint' })
      expect(token.claims.cnf).toBe(confirmation)
      requests.push(Object(request))
      return true
    })
    const admit = vi.fn(guard.admit)
    await adapt({ ...guard, admit }, async send => {
      expect((await send([`Bearer ${BOUND_TOKEN}`])).status).toBe(200)
    })
    expect(requests).toEqual(admit.mock.calls.map(([request]) => request))
    expect(requests).toHaveLength(1)
  })
})

describe('middleware for Express', () => {
  it('hands a failure of the guard to the error handler, and calls nothing else', async () => {
    const failing = {
      ...createTestGuard().guard,
      authenticate: () => Promise.reject(new Error('x')),
    }
    const response = { writeHead: vi.fn() }
    const error = await new Promise(resolve => {
      guardExpress(failing)({ headers: {} }, response, resolve)
    })
    expect(error).toEqual(new Error('x'))
    expect(response.writeHead).not.toHaveBeenCalled()
  })
})

describe('middleware for fetch', () => {
  it('passes on what comes after the request', async () => {
    const { guard } = createTestGuard()
    const handle = guardFetch(
      guard,
      (_request, _identity, env: { name: string }, retries: number) =>
        Response.json([env.name, retries]),
    )
    const request = new Request('http://a/', { headers: { authorization: `Bearer ${GOOD_TOKEN}` } })
    expect(await (await handle(request, { name: 'worker' }, 3)).json()).toEqual(['worker', 3])
  })
})

describe('middleware for node:http', () => {
  it('returns the promise of the handler', async () => {
    const { guard } = createTestGuard()
    const failing = guardNodeHttp(guard, () => Promise.reject(new Error('of the handler')))
    const outcome = Promise.withResolvers<unknown>()
    await overHttp(
      (request, response) => {
        failing(request, response).catch((error: unknown) => {
          outcome.resolve(error)
          response.writeHead(500).end()
        })
      },
      async send => {
        expect((await send([`Bearer ${GOOD_TOKEN}`])).status).toBe(500)
      },
    )
    expect(await outcome.promise).toEqual(new Error('of the handler'))
  })

  it('fits the types of node:http', () => {
    const { guard } = createTestGuard()
    const server = createServer(guardNodeHttp(guard, (_request, response) => void response.end()))
    expect(server.listening).toBe(false)
  })
})
