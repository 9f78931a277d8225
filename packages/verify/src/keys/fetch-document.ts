import { VerifyError } from '../errors.ts'
import { formatCause } from '../format-cause.ts'
import { type JsonObject, parseJsonObject } from '../json.ts'
import { type ResponseHeaders, readFreshSeconds } from './cache-control.ts'

/** The part of an answer that is looked at. */
export interface FetchedResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly body: FetchedBody | null
}

/**
 * The part of a stream of bytes that is used. Not `ReadableStream`, which the DOM, Node and undici each
 * declare in a way of their own.
 */
export interface FetchedBody {
  getReader(): FetchedBodyReader
  cancel(): Promise<void>
}

/** Reads a {@link FetchedBody}. */
export interface FetchedBodyReader {
  read(): Promise<{ readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/**
 * A function like the global `fetch`, for those who need a proxy, an agent or a private CA. It must
 * not follow redirects and must stop when the signal says so.
 */
export type Fetch = (
  url: string,
  init: {
    readonly headers: Readonly<Record<string, string>>
    readonly redirect: 'manual'
    readonly signal: AbortSignal
  },
) => Promise<FetchedResponse>

/** How to fetch. */
export interface FetchOptions {
  readonly fetch: Fetch
  /** From the first byte of the request to the last byte of the answer. */
  readonly timeoutMs: number
}

/** A fetched JSON document. */
export interface FetchedDocument {
  readonly json: JsonObject
  /** How long it stays fresh; null when the answer doesn't say. */
  readonly freshSeconds: number | null
}

/** The largest discovery document or JWKS that is read. */
export const MAX_DOCUMENT_BYTES = 65_536

/**
 * Fetches a JSON object with bounds on time and size. Redirects are refused: somebody who controls one
 * path of the issuer's host could use one to name keys elsewhere. (`manual` rather than `error`, which
 * workers don't have.)
 *
 * @throws VerifyError `fetch_failed` with the URL and the reason
 */
export async function fetchDocument(url: string, options: FetchOptions): Promise<FetchedDocument> {
  try {
    const response = await options.fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`the answer has status ${response.status}, not 200`)
    }
    const json = parseJsonObject(await readText(response.body))
    if (!json) throw new Error('the answer is not a strict JSON object')
    return { json, freshSeconds: readFreshSeconds(response.headers) }
  } catch (cause) {
    const reason = formatCause(cause)
    throw new VerifyError('fetch_failed', `${url} could not be fetched: ${reason}`, { cause })
  }
}

async function readText(body: FetchedBody | null): Promise<string> {
  if (!body) throw new Error('the answer has no body')
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let text = ''
  let byteCount = 0
  // Leaving the loop by an error cancels the stream, and with it the transfer.
  for await (const chunk of iterate(body)) {
    byteCount += chunk.byteLength
    if (byteCount > MAX_DOCUMENT_BYTES) {
      throw new Error(`the answer has more than ${MAX_DOCUMENT_BYTES} bytes`)
    }
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Browsers and workers don't all have asynchronous iteration of streams. */
async function* iterate(body: FetchedBody): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { value } = await reader.read()
      // Nothing comes at the end alone.
      if (value === undefined) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}
