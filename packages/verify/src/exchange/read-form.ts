import { ExchangeError } from './exchange-error.ts'

/** A token of AWS has up to 20,378 characters, and form encoding does not make it longer. */
export const MAX_FORM_BYTES = 65_536

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/**
 * Reads the form of a request to a token endpoint (RFC 6749 §3.2).
 *
 * @throws ExchangeError `invalid_request` when it is no form, or too large
 */
export async function readForm(request: Request): Promise<URLSearchParams> {
  if (!FORM_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new ExchangeError('invalid_request', 'the body must be application/x-www-form-urlencoded')
  }
  return new URLSearchParams(await readText(request))
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = (await openBody(request))?.getReader()
  let text = ''
  let byteCount = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    byteCount += value.byteLength
    if (byteCount > MAX_FORM_BYTES) {
      await reader.cancel()
      throw new ExchangeError('invalid_request', `the body may have ${MAX_FORM_BYTES} bytes`, 413)
    }
    text += decode(decoder, value)
  }
  return text + decode(decoder)
}

/** The body as a stream. Firefox has none in a request; there, the bytes that it holds are made one. */
async function openBody(request: Request): Promise<Request['body']> {
  return request.body === undefined ? new Response(await request.blob()).body : request.body
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
  } catch {
    throw new ExchangeError('invalid_request', 'the body is not UTF-8')
  }
}
