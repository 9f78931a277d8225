import type { AuditFields } from '../audit/event.ts'
import type { Operation, Outcome } from '../operations/operation.ts'
import type { AuthorizationRequest, Decision } from '../policy/decision.ts'
import type { Caller } from '../principals/caller.ts'
import type { ScopedClaim } from '../wire/sigv4/claim.ts'
import type { Incoming } from './incoming.ts'

/** One decision of the policies; null when there was no role to ask. */
export interface ActionDecision {
  readonly request: AuthorizationRequest
  readonly decision: Decision | null
}

/**
 * What is known of a call so far: each step adds what it has found out, so that the audit and the
 * answer of a refused call tell as much as was known when it was refused.
 */
export class CallRecord {
  readonly requestId: string
  readonly nowMs: number
  readonly sourceIp: string
  readonly decisions: ActionDecision[] = []
  incoming: Incoming | null = null
  operation: Operation | null = null
  /** Not proven before `caller` is set. */
  claim: ScopedClaim | null = null
  caller: Caller | null = null
  requestParameters: AuditFields | null = null
  outcome: Outcome<unknown> | null = null

  constructor(parts: {
    readonly requestId: string
    readonly nowMs: number
    readonly sourceIp: string
  }) {
    this.requestId = parts.requestId
    this.nowMs = parts.nowMs
    this.sourceIp = parts.sourceIp
  }
}
