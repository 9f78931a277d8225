import type { AuditFields } from '../audit/event.ts'
import type { Operation, Outcome } from '../operations/operation.ts'
import type { AuthorizationRequest, Decision } from '../policy/decision.ts'
import type { Caller } from '../principals/caller.ts'
import type { ScopedClaim } from '../wire/sigv4/claim.ts'
import type { Wire } from '../wire/wire.ts'
import { DEFAULT_WIRE } from './choose-wire.ts'
import type { Incoming } from './incoming.ts'

/** One decision of the policies. */
export interface ActionDecision {
  readonly request: AuthorizationRequest
  /** Null when there was no role to ask. */
  readonly decision: Decision | null
  /** It was about assuming a role. The reason of such a denial is never given out, not even sealed. */
  readonly isAboutTrust: boolean
}

/**
 * What is known of a call so far. Each step adds what it has found out. So the audit event and the
 * answer of a refused call tell all that was known when it was refused.
 */
export class CallRecord {
  readonly requestId: string
  readonly nowMs: number
  readonly sourceIp: string
  /** The region of calls that name none. */
  readonly homeRegion: string
  readonly decisions: ActionDecision[] = []
  /** What the answer is written in. */
  wire: Wire = DEFAULT_WIRE
  incoming: Incoming | null = null
  operation: Operation | null = null
  /** Not proven before `caller` is set. */
  claim: ScopedClaim | null = null
  /** The region that the call counts as; null before it is known. */
  region: string | null = null
  caller: Caller | null = null
  requestParameters: AuditFields | null = null
  outcome: Outcome<unknown> | null = null
  /** How the call ended, for the metrics: an error code, or `HTTP` and the status of a bare answer. */
  code = 'OK'

  constructor(parts: {
    readonly requestId: string
    readonly nowMs: number
    readonly sourceIp: string
    readonly homeRegion: string
  }) {
    this.requestId = parts.requestId
    this.nowMs = parts.nowMs
    this.sourceIp = parts.sourceIp
    this.homeRegion = parts.homeRegion
  }
}
