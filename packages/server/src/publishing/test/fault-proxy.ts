import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came to the proxy. */
export interface ProxiedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What happens to a request. `forward`: another request, or the same, goes to the program behind. */
export type Fate =
  | { readonly kind: 'forward'; readonly request: ProxiedRequest }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }

/** A proxy between a target and the program that stands for its cloud. */
export interface FaultProxy {
  readonly url: string
  /** All that came, in order. */
  readonly requests: ProxiedRequest[]
  /** Decides what happens. Until a test sets it, everything is forwarded. */
  decide: (request: ProxiedRequest) => Fate | Promise<Fate>
  close(): Promise<void>
}

/**
 * Starts it. Requests are forwarded one after the other: the programs behind compare and write in two
 * steps, which clouds do in one.
 */
export async function startFaultProxy(upstream: string | null = null): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = []
  const state = {
    requests,
    decide: (request: ProxiedRequest): Fate | Promise<Fate> => ({ kind: 'forward', request }),
  }
  let turn: Promise<unknown> = Promise.resolve()
  const server = createServer(async (incoming, response) => {
    try {
      const chunks: Uint8Array[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      const { method = '', url: path = '', headers } = incoming
      const request = { method, path, headers, body: Buffer.concat(chunks) }
      requests.push(request)
      const work = turn.then(() => state.decide(request))
      turn = work.then(async fate => {
        if (fate.kind === 'answer') {
          response.writeHead(fate.status, fate.headers).end(fate.body)
        } else if (fate.kind === 'reset') {
          incoming.socket.resetAndDestroy()
        } else if (fate.kind === 'forward') {
          const answer = await forward(upstream ?? '', fate.request)
          response.writeHead(answer.status, answer.headers).end(answer.body)
        }
      })
      await turn
    } catch {
      turn = Promise.resolve()
      incoming.socket.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

/** The request as the program behind gets it: its conditions are gone, as with clones that ignore them. */
export function withoutConditions(request: ProxiedRequest): ProxiedRequest {
  const { 'if-match': _match, 'if-none-match': _noneMatch, ...headers } = request.headers
  return { ...request, headers, path: request.path.replace(/[?&]ifGenerationMatch=\d+/, '') }
}

async function forward(upstream: string, { method, path, headers, body }: ProxiedRequest) {
  const { connection: _connection, ...kept } = headers
  const sent = send(new URL(path, upstream), { method, headers: kept, agent: false })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  const chunks: Uint8Array[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const { 'transfer-encoding': _encoding, connection: _close, ...answered } = answer.headers
  return { status: answer.statusCode as number, headers: answered, body: Buffer.concat(chunks) }
}
