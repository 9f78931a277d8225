import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { TargetError } from './target.ts'
import type { TargetDeps } from './target-kind.ts'

/** A request to a target. */
export interface TargetRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly tls?: TargetTls
}

/** What is particular about the connection, in PEM. */
export interface TargetTls {
  /** Trusted instead of the public authorities. */
  readonly ca?: string
  /** The client's certificate and its key. */
  readonly cert?: string
  readonly key?: string
}

/** What a target has answered. */
export interface TargetResponse {
  readonly status: number
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** More than any key set takes, and than any error text is worth. */
const MAX_BODY_BYTES = 1_048_576

/**
 * Sends one request on a connection of its own and reads the whole answer, whatever its status. Redirects
 * are answers like others: who may be written to is configured. @throws TargetError `unreachable` when
 * there is no whole answer in time, `refused` when the other side's certificate is not trusted
 */
export async function sendRequest(
  { method, url, headers, body, tls = {} }: TargetRequest,
  { timeoutMs, stopping }: Pick<TargetDeps, 'timeoutMs' | 'stopping'>,
): Promise<TargetResponse> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), stopping])
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = {
    method,
    headers: { ...headers, 'content-length': String(body?.length ?? 0) },
    agent: false,
    signal,
  } as const
  try {
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, ...tls, minVersion: 'TLSv1.2' })
        : requestHttp(url, options)
    request.once('response', resolve)
    request.on('error', reject)
    request.once('close', () => reject(new Error('the connection closed without an answer')))
    request.end(body)
    const response = await promise
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: await readBody(response),
    }
  } catch (error) {
    throw createRequestError(url, error, signal)
  }
}

async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let byteCount = 0
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      byteCount += chunk.length
      if (byteCount > MAX_BODY_BYTES)
        throw new Error(`the answer is larger than ${MAX_BODY_BYTES} bytes`)
      chunks.push(chunk)
    }
  } finally {
    response.destroy()
  }
  return Buffer.concat(chunks)
}

/** Codes of OpenSSL and Node.js for certificates; everything else may go by itself. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO|ALERT|ERR_SSL|ERR_TLS/

function createRequestError(url: URL, error: unknown, signal: AbortSignal): TargetError {
  if (signal.aborted) return new TargetError('unreachable', `${url.host} did not answer in time`)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = UNTRUSTED.test(code) ? 'refused' : 'unreachable'
  const text = error instanceof Error && error.message !== '' ? error.message : code
  return new TargetError(reason, `${url.host} cannot be asked: ${text}`, { cause: error })
}

/**
 * The error for an answer that is none of those that were asked for. The body is not told, because it may
 * repeat what was sent.
 */
export function createStatusError(url: URL, { status, headers }: TargetResponse): TargetError {
  const { location } = headers
  const isPassing = status === 408 || status === 429 || status >= 500
  const where = location === undefined ? '' : ` to ${location}, and redirects are not followed`
  return new TargetError(
    isPassing ? 'unreachable' : 'refused',
    `${url.host} answers with status ${status}${where}`,
  )
}
