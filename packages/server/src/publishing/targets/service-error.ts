import { quoteStart, redact } from '../../runtime/redaction.ts'
import { createStatusError, type TargetResponse } from './send-request.ts'
import { TargetError } from './target.ts'

/** What a cloud says of its refusal. */
export interface Said {
  /** Its own word for it, e.g. `AccessDenied`. */
  readonly code: string | null
  /** Its sentence. */
  readonly text: string | null
}

const MAX_TEXT_LENGTH = 300
const MAX_CODE_LENGTH = 80

/** Clocks that are further apart are told of: signatures and tokens of such a machine are refused. */
const MAX_SKEW_MS = 300_000

/**
 * The error for an answer that is none of those that were asked for: status, the cloud's code and its
 * sentence, what to do about it where that is known, and whether this machine's clock is wrong. Only the
 * first line of the sentence is told, and nothing in it that looks like a credential.
 */
export function createServiceError(
  url: URL,
  response: TargetResponse,
  said: Said,
  { advice, nowMs }: { readonly advice: string | null; readonly nowMs: number },
): TargetError {
  const { reason, message } = createStatusError(url, response)
  const code = said.code === null ? '' : ` ${tidy(said.code, MAX_CODE_LENGTH)}`
  const text = said.text === null ? '' : `: ${tidy(said.text, MAX_TEXT_LENGTH)}`
  const parts = [`${message}${code}${text}`, advice, findSkew(url, response, nowMs)]
  return new TargetError(reason, parts.filter(part => part !== null).join('; '))
}

function tidy(text: string, maxLength: number): string {
  const [line = ''] = text.trim().split(/[\r\n]/)
  return quoteStart(redact(line.replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ')), maxLength).replace(
    /[.\s]+$/,
    '',
  )
}

function findSkew(url: URL, { status, headers }: TargetResponse, nowMs: number): string | null {
  const theirsMs = Date.parse(headers['date'] ?? '')
  const skewMs = nowMs - theirsMs
  if (status < 400 || status >= 500 || !(Math.abs(skewMs) > MAX_SKEW_MS)) return null
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  const direction = skewMs > 0 ? 'ahead of' : 'behind'
  return `the clock of this machine is ${minutes} minutes ${direction} that of ${url.host}`
}
