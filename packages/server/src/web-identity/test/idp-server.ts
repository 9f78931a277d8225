import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { SelfSigned } from '../../http/test/self-signed.ts'

/** Answers one request. */
export type Responder = (request: IncomingMessage, response: ServerResponse) => void

/** An identity provider on a loopback port, whose answers the test sets. */
export interface IdpServer {
  readonly origin: string
  readonly port: number
  /** Paths that were asked for, in order. */
  readonly asked: string[]
  /** What stands at a path; 404 elsewhere. */
  readonly answers: Map<string, Responder>
  close(): Promise<void>
}

/** Starts a provider; with a certificate it speaks HTTPS. */
export async function startIdpServer(tls: SelfSigned | null = null): Promise<IdpServer> {
  const asked: string[] = []
  const answers = new Map<string, Responder>()
  const respond: Responder = (request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = answers.get(path)
    if (answer === undefined) response.writeHead(404).end()
    else answer(request, response)
  }
  const server: Server = tls === null ? createServer(respond) : createTlsServer(tls, respond)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    asked,
    answers,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Answers with a text. */
export function sendText(text: string, headers: Readonly<Record<string, string>> = {}): Responder {
  return (_, response) => response.writeHead(200, headers).end(text)
}

/** Answers with a status and nothing else. */
export function sendStatus(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Responder {
  return (_, response) => response.writeHead(status, headers).end()
}

/** Takes the request and never answers. */
export const sendNothing: Responder = () => {}

/** Answers without an end, as fast as the reader reads. */
export const sendForever: Responder = (_, response) => {
  response.writeHead(200)
  const chunk = Buffer.alloc(16_384, ' ')
  const write = (): void => {
    while (!response.destroyed && response.write(chunk)) {
      // The kernel takes more.
    }
  }
  response.on('drain', write)
  write()
}
