import { once } from 'node:events'
import { createServer } from 'node:http'
import * as grpc from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { authenticateMetadata } from '../src/middleware/grpc.ts'
import { authenticateUpgrade, formatUpgradeRefusal } from '../src/middleware/websocket.ts'
import {
  BOUND_TOKEN,
  createTestGuard,
  EXPIRED_TOKEN,
  GOOD_TOKEN,
  REQUESTS,
  UNTRUSTED_TOKEN,
} from './guards.ts'

describe('authenticateUpgrade', () => {
  const authenticate = (headers: Record<string, string | string[]>) =>
    authenticateUpgrade(createTestGuard().guard, { headers })

  it.each(REQUESTS)('with %s', async (_, values, status) => {
    const result = await authenticate({ authorization: [...values] })
    expect(result.isAuthenticated ? 200 : result.refusal.status).toBe(status)
    expect(result.protocols).toEqual([])
  })

  it.each([
    ['beside another', `orders.v1, bearer.${GOOD_TOKEN}`, 200, ['orders.v1']],
    [
      'before others',
      `bearer.${GOOD_TOKEN},orders.v2 , orders.v1`,
      200,
      ['orders.v2', 'orders.v1'],
    ],
    ['alone', `bearer.${GOOD_TOKEN}`, 200, []],
    ['expired', `orders.v1, bearer.${EXPIRED_TOKEN}`, 401, ['orders.v1']],
    ['of nobody', `orders.v1, bearer.${UNTRUSTED_TOKEN}`, 403, ['orders.v1']],
    ['empty', 'bearer.', 400, []],
    ['twice', `bearer.${GOOD_TOKEN}, bearer.${GOOD_TOKEN}`, 400, []],
    ['without its prefix', GOOD_TOKEN, 401, [GOOD_TOKEN]],
    ['in an empty header', '', 401, []],
  ] as const)('reads a token from a subprotocol: %s', async (_, header, status, protocols) => {
    const result = await authenticate({ 'sec-websocket-protocol': header })
    expect(result.isAuthenticated ? 200 : result.refusal.status).toBe(status)
    expect(result.protocols).toEqual(protocols)
  })

  it('hands the request to whoever checks that a token is bound to a key', async () => {
    const seen: unknown[] = []
    const { guard } = createTestGuard(({ request }) => seen.push(request) === 1)
    const request = { headers: { authorization: `Bearer ${BOUND_TOKEN}` } }
    expect(await authenticateUpgrade(guard, request)).toMatchObject({ isAuthenticated: true })
    expect(seen).toEqual([request])
  })

  it('refuses a token in both places', async () => {
    const result = await authenticate({
      authorization: `Bearer ${GOOD_TOKEN}`,
      'sec-websocket-protocol': `bearer.${GOOD_TOKEN}`,
    })
    expect(result).toMatchObject({ refusal: { status: 400 } })
  })
})

describe('formatUpgradeRefusal', () => {
  it.each([
    [[], '401 Unauthorized'],
    [['Bearer a b'], '400 Bad Request'],
    [[`Bearer ${UNTRUSTED_TOKEN}`], '403 Forbidden'],
  ])('%j: %s', async (values, statusLine) => {
    const result = await createTestGuard().guard.authenticate(values)
    if (result.isAuthenticated) throw new Error('let in')
    const text = formatUpgradeRefusal(result.refusal)
    expect(text.split('\r\n')).toEqual([
      `HTTP/1.1 ${statusLine}`,
      'cache-control: no-store',
      'content-length: 0',
      expect.stringMatching(/^www-authenticate: Bearer realm="orders"/),
      'connection: close',
      '',
      '',
    ])
  })
})

describe('a WebSocket server', () => {
  it.each([
    ['a header', { headers: { authorization: `Bearer ${GOOD_TOKEN}` } }, ['orders.v1'], 'deployer'],
    ['a subprotocol, as browsers can', {}, ['orders.v1', `bearer.${GOOD_TOKEN}`], 'deployer'],
    ['nothing', {}, ['orders.v1'], 'Unexpected server response: 401'],
    [
      'a token of nobody',
      {},
      ['orders.v1', `bearer.${UNTRUSTED_TOKEN}`],
      'Unexpected server response: 403',
    ],
  ] as const)('lets in by %s', async (_, options, protocols, outcome) => {
    const { guard } = createTestGuard()
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'orders.v1' })
    const server = createServer()
    server.on('upgrade', async (request, socket, head) => {
      const result = await authenticateUpgrade(guard, request)
      if (!result.isAuthenticated) {
        socket.end(formatUpgradeRefusal(result.refusal))
        return
      }
      sockets.handleUpgrade(request, socket, head, client => {
        client.send(result.identity.grant.role)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : null
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, [...protocols], options)
    const received = await new Promise<string>(resolve => {
      client.on('message', data => resolve(String(data)))
      client.on('error', error => resolve(error.message))
    })
    expect(received).toBe(outcome)
    if (outcome === 'deployer') expect(client.protocol).toBe('orders.v1')
    client.terminate()
    server.closeAllConnections()
    server.close()
  })
})

describe('authenticateMetadata', () => {
  const stops: (() => void)[] = []
  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
  })

  const text = {
    requestSerialize: (value: string) => Buffer.from(value),
    requestDeserialize: (bytes: Buffer) => bytes.toString(),
    responseSerialize: (value: string) => Buffer.from(value),
    responseDeserialize: (bytes: Buffer) => bytes.toString(),
  }
  const service = {
    greet: { path: '/greeter/greet', requestStream: false, responseStream: false, ...text },
  }

  /** A real call of a real server. */
  async function call(authorizations: readonly string[]): Promise<string> {
    const { guard } = createTestGuard()
    const server = new grpc.Server()
    server.addService(service, {
      greet: async (
        request: grpc.ServerUnaryCall<string, string>,
        reply: grpc.sendUnaryData<string>,
      ) => {
        const result = await authenticateMetadata(guard, request.metadata)
        if (result.isAuthenticated) reply(null, result.identity.grant.role)
        else reply(result.status)
      },
    })
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      )
    })
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
    stops.push(
      () => client.close(),
      () => server.forceShutdown(),
    )
    const metadata = new grpc.Metadata()
    for (const value of authorizations) metadata.add('authorization', value)
    return new Promise(resolve => {
      client.makeUnaryRequest(
        '/greeter/greet',
        text.requestSerialize,
        text.responseDeserialize,
        'hello',
        metadata,
        (error, answer) => resolve(error ? `${error.code} ${error.details}` : String(answer)),
      )
    })
  }

  it.each([
    ['a good token', [`Bearer ${GOOD_TOKEN}`], 'deployer'],
    ['none', [], '16 unauthenticated'],
    ['an expired token', [`Bearer ${EXPIRED_TOKEN}`], '16 unauthenticated'],
    ['a token of nobody', [`Bearer ${UNTRUSTED_TOKEN}`], '7 permission denied'],
    ['rubbish', ['Bearer a b'], '3 invalid authorization'],
  ])('with %s', async (_, authorizations, outcome) => {
    expect(await call(authorizations)).toBe(outcome)
  })

  it('refuses two, which other clients than this may send', async () => {
    const { guard } = createTestGuard()
    const metadata = { get: () => [`Bearer ${GOOD_TOKEN}`, `Bearer ${GOOD_TOKEN}`] }
    expect(await authenticateMetadata(guard, metadata)).toMatchObject({ status: { code: 3 } })
  })

  it('hands the call, or the metadata, to whoever checks that a token is bound to a key', async () => {
    const seen: unknown[] = []
    const { guard } = createTestGuard(({ request }) => seen.push(request) > 0)
    const metadata = { get: () => [`Bearer ${BOUND_TOKEN}`] }
    await authenticateMetadata(guard, metadata)
    const made = { peer: 'a' }
    await authenticateMetadata(guard, metadata, made)
    expect(seen).toEqual([metadata, made])
  })

  it('takes no bytes for a token', async () => {
    const { guard } = createTestGuard()
    const metadata = { get: () => [Buffer.from(`Bearer ${GOOD_TOKEN}`)] }
    expect(await authenticateMetadata(guard, metadata)).toMatchObject({
      isAuthenticated: false,
      status: { code: 16 },
    })
  })

  it('says that it is unavailable when keys are', async () => {
    const { guard } = createTestGuard()
    const refusal = {
      status: 503,
      headers: {},
      rules: [],
      error: (
        await guard
          .authenticate([])
          .then(result => (result.isAuthenticated ? null : result.refusal))
      )?.error,
    } as const
    if (!refusal.error) throw new Error('let in')
    const down = { ...refusal, error: refusal.error }
    const unavailable = {
      ...guard,
      authenticate: async () => ({ isAuthenticated: false, refusal: down }) as const,
    }
    expect(await authenticateMetadata(unavailable, { get: () => [] })).toMatchObject({
      status: { code: 14, details: 'unavailable' },
    })
    expect(formatUpgradeRefusal(down)).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/)
  })
})
