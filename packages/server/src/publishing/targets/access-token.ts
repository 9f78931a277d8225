import type { Expiring } from '../../credentials/credential-cache.ts'
import { Secret } from '../../secrets/secret.ts'
import { type CallLimits, limitCall } from './limit-call.ts'
import { sendRequest } from './send-request.ts'
import { createServiceError, type Said } from './service-error.ts'
import { TargetError } from './target.ts'

/** A bearer token that a token endpoint has given. */
export interface AccessToken extends Expiring {
  readonly token: Secret
}

/** A request to a token endpoint. */
export interface TokenRequest {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What to do when it is refused, for the error. */
  readonly advice: string
}

/** The form of an OAuth request (RFC 6749 §4). */
export function createForm(
  url: URL,
  fields: Readonly<Record<string, string>>,
  advice: string,
): TokenRequest {
  return {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
    advice,
  }
}

/**
 * Asks a token endpoint (RFC 6749 §5). Of a refusal the code and the description are told.
 * @throws TargetError
 */
export async function requestAccessToken(
  request: TokenRequest,
  { limits, nowMs }: { readonly limits: CallLimits; readonly nowMs: number },
): Promise<AccessToken> {
  const answer = await requestJson(request, { limits, nowMs })
  const { access_token: token, expires_in: seconds } = answer
  if (typeof token !== 'string' || token === '') {
    throw new TargetError('refused', `${request.url.host} gives no access token`)
  }
  // Some endpoints of Microsoft write the number as a text.
  const lifeSeconds = Number(seconds)
  return {
    token: new Secret(token),
    expiresAtMs: Number.isFinite(lifeSeconds) ? nowMs + lifeSeconds * 1000 : null,
  }
}

/** The JSON object that an endpoint answers with. @throws TargetError */
export async function requestJson(
  { url, method, headers, body, advice }: TokenRequest,
  { limits, nowMs }: { readonly limits: CallLimits; readonly nowMs: number },
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = body === undefined ? {} : { body: Buffer.from(body) }
  const response = await sendRequest({ method, url, headers, ...bytes }, limitCall(limits))
  const answer = parseObject(Buffer.from(response.body).toString('utf8'))
  if (response.status !== 200) {
    throw createServiceError(url, response, readOAuthSaid(answer), { advice, nowMs })
  }
  if (answer === null) throw new TargetError('refused', `${url.host} answers with no JSON object`)
  return answer
}

/** A JSON object; null for anything else. */
export function parseObject(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : null
  } catch {
    return null
  }
}

/** `error` and `error_description` (RFC 6749 §5.2), or the object that Google's other endpoints send. */
function readOAuthSaid(answer: Readonly<Record<string, unknown>> | null): Said {
  const { error, error_description: description } = answer ?? {}
  if (typeof error === 'object' && error !== null) {
    const { status, message } = error as Readonly<Record<string, unknown>>
    return { code: textOf(status), text: textOf(message) }
  }
  return { code: textOf(error), text: textOf(description) }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
