import { connectRaw } from '../../src/http/test/raw-client.ts'
import {
  presignRequest,
  type SigningContext,
  type SigningCredentials,
  signRequest,
  type UnsignedRequest,
} from '../../src/wire/sigv4/sign.ts'
import type { TestServer } from './server.ts'

/** Parameters by name, not yet encoded. */
export type Parameters = Readonly<Record<string, string>>

/** What is called; everything has a default that makes a good call. */
export interface CallOptions {
  readonly method?: 'GET' | 'POST'
  /** `/` */
  readonly path?: string
  /** Sent as a form, or as a query by GET. `Version` is added unless it is here. */
  readonly parameters?: Parameters
  /** The form in place of the parameters, as it is sent. */
  readonly body?: string | Uint8Array
  /** The query in place of the parameters, as it is sent. */
  readonly query?: string
  readonly host?: string
  readonly contentType?: string
  /** Further headers, names and values alternating. */
  readonly headers?: readonly string[]
  readonly service?: 'sts' | 'iam'
  readonly region?: string
  /** Signed by this clock's time in place of the server's. */
  readonly signedAtMs?: number
}

/** An answer as it came, its body read as UTF-8. */
export interface CallResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Signs a request as a client would. */
export type Sign = (
  request: UnsignedRequest,
  credentials: SigningCredentials,
  context: SigningContext,
) => UnsignedRequest | Promise<UnsignedRequest>

/** Our own signer, with an `Authorization` header. */
export const signInHeader: Sign = (request, credentials, context) => ({
  ...request,
  rawHeaders: signRequest(request, credentials, context),
})

/** Our own signer, in the query; the body is signed as it is. */
export const signInQuery: Sign = (request, credentials, context) => ({
  ...request,
  target: presignRequest(request, credentials, { ...context, expiresSeconds: 60 }),
})

const VERSIONS = { sts: '2011-06-15', iam: '2010-05-08' } as const

/** The region of calls that name none. */
export const REGION = 'eu-west-1'

/** A request that is not signed yet. */
export function buildRequest(port: number, options: CallOptions = {}): UnsignedRequest {
  const { method = 'POST', path = '/', service = 'sts', host = `127.0.0.1:${port}` } = options
  const { contentType = 'application/x-www-form-urlencoded', headers = [] } = options
  const encoded = encode({ Version: VERSIONS[service], ...options.parameters })
  const query = options.query ?? (method === 'GET' ? encoded : '')
  const form = options.body ?? (method === 'GET' ? '' : encoded)
  const body = typeof form === 'string' ? Buffer.from(form) : form
  return {
    method,
    target: query === '' ? path : `${path}?${query}`,
    rawHeaders: [
      ...['Host', host],
      ...(contentType === '' || method === 'GET' ? [] : ['Content-Type', contentType]),
      ...headers,
    ],
    body,
  }
}

/** Signs and sends a call. */
export async function call(
  server: Pick<TestServer, 'port' | 'clock'>,
  credentials: SigningCredentials,
  options: CallOptions = {},
  sign: Sign = signInHeader,
): Promise<CallResponse> {
  const { region = REGION, service = 'sts', signedAtMs: nowMs = server.clock.nowMs() } = options
  const request = buildRequest(server.port, options)
  return send(server.port, await sign(request, credentials, { region, service, nowMs }))
}

/** Sends a request as it is, on a connection of its own. Only the body's length is added. */
export async function send(port: number, request: UnsignedRequest): Promise<CallResponse> {
  const client = await connectRaw(port)
  client.send(formatHead(request))
  client.send(request.body)
  const answer = await client.readAnswer()
  client.socket.destroy()
  if (answer === null) throw new Error('the server has closed the connection without an answer')
  return { ...answer, body: Buffer.from(answer.body, 'latin1').toString('utf8') }
}

function formatHead({ method, target, rawHeaders, body }: UnsignedRequest): string {
  const lines = [`${method} ${target} HTTP/1.1`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  }
  const isFramed = rawHeaders.some(text => text.toLowerCase() === 'content-length')
  if (!isFramed && (body.length > 0 || method === 'POST')) {
    lines.push(`Content-Length: ${body.length}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** `name=value` pairs as the SDKs encode them. */
export function encode(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}
