import { createAuditEvent } from '../audit/create-audit-event.ts'
import type { AuditFields, AwsApiCall } from '../audit/event.ts'
import type { ServiceError } from '../errors.ts'
import { findApiOrDefault } from '../operations/apis.ts'
import type { CallRecord } from './call-record.ts'
import { toDecisionFields } from './to-decision-fields.ts'

/** Step 7 of the pipeline: the audit event of a call, granted or refused, with all that is known of it. */
export function createCallEvent(
  record: CallRecord,
  eventId: string,
  refusal: ServiceError | null,
): AwsApiCall {
  return createEvent(record, eventId, refusal, toAdditionalEventData(record))
}

/** The event that is written to the audit before a change is made. The event of the call follows it. */
export function createChangeEvent(record: CallRecord, eventId: string): AwsApiCall {
  return createEvent(record, eventId, null, { ...toAdditionalEventData(record), changeBegun: true })
}

function createEvent(
  record: CallRecord,
  eventId: string,
  refusal: ServiceError | null,
  additionalEventData: AuditFields | null,
): AwsApiCall {
  const { incoming, operation, claim, outcome, region } = record
  const api = operation?.api ?? findApiOrDefault(incoming?.version ?? null)
  return createAuditEvent({
    eventId,
    requestId: record.requestId,
    nowMs: record.nowMs,
    eventSource: api.eventSource,
    action: operation?.name ?? incoming?.action ?? null,
    readOnly: operation?.readOnly ?? true,
    region,
    sourceIp: record.sourceIp,
    userAgent: incoming?.userAgent ?? '',
    caller: record.caller,
    claimedAccessKeyId: claim?.accessKeyId ?? null,
    requestParameters: record.requestParameters,
    responseElements: outcome?.responseElements ?? null,
    additionalEventData,
    error: refusal,
  })
}

function toAdditionalEventData({ caller, decisions, outcome }: CallRecord): AuditFields | null {
  const authorization = decisions.map(decision => toDecisionFields(decision, caller))
  const fields = {
    ...outcome?.additionalEventData,
    ...(authorization.length > 0 && { authorization }),
  }
  return Object.keys(fields).length === 0 ? null : fields
}
