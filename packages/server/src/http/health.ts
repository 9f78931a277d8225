import type { WireResponse } from '../wire/message.ts'

/** Whether the server can answer API calls now, and what each part that it needs says. */
export interface Readiness {
  readonly ready: boolean
  /** It can answer some of them, but not all. */
  readonly degraded?: true
  readonly checks: Readonly<Record<string, string>>
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }

/** `/livez`: the process answers. */
export function answerLiveness(): WireResponse {
  return { status: 200, headers: HEADERS, body: '{"live":true}' }
}

/** `/readyz`: 200 when ready, also when degraded, 503 when not, with the checks either way. */
export function answerReadiness(readiness: Readiness): WireResponse {
  return { status: readiness.ready ? 200 : 503, headers: HEADERS, body: JSON.stringify(readiness) }
}
