import type { Caller } from '../principals/caller.ts'
import { cleanFields, cleanText } from './audit-text.ts'
import type { AuditEvent, AuditFields } from './event.ts'
import { formatEventTime } from './event-time.ts'
import { formatUnknownIdentity, formatUserIdentity } from './user-identity.ts'

/** What is known of a call when it ends. Texts may be as they were received. */
export interface AuditEventParts {
  /** A UUID of its own, other than the request's. */
  readonly eventId: string
  readonly requestId: string
  readonly nowMs: number
  readonly eventSource: AuditEvent['eventSource']
  /** The action as received; null when the request names none. */
  readonly action: string | null
  readonly readOnly: boolean
  /** The region that the call counts as; null when that is not known yet. */
  readonly region: string | null
  readonly sourceIp: string
  readonly userAgent: string
  /** Who made the call; null when that was not proven. */
  readonly caller: Caller | null
  /** The access key id that the request names, looked at when `caller` is null. */
  readonly claimedAccessKeyId: string | null
  readonly requestParameters: AuditFields | null
  readonly responseElements: AuditFields | null
  readonly additionalEventData: AuditFields | null
  /** Why the call was refused; null when it was not. */
  readonly error: { readonly code: string; readonly message: string } | null
}

/** What stands for an action or a region that the request does not name. */
const UNNAMED = 'unknown'

/** Lengths in UTF-16 units (AWS CloudTrail User Guide: 1 KB for user agent and error message). */
const MAX_NAME_LENGTH = 128
const MAX_TEXT_LENGTH = 1024

/**
 * The audit event of one call (aws-wire §6). Whatever the request contained, the event is bounded in
 * size, has no control characters, and no text of the shape of a token, a secret or a signature.
 */
export function createAuditEvent(parts: AuditEventParts): AuditEvent {
  const { caller, error } = parts
  return {
    eventVersion: '1.11',
    userIdentity:
      caller === null ? formatUnknownIdentity(parts.claimedAccessKeyId) : describeIdentity(caller),
    eventTime: formatEventTime(parts.nowMs),
    eventSource: parts.eventSource,
    eventName: cleanText(parts.action ?? UNNAMED, MAX_NAME_LENGTH),
    awsRegion: cleanText(parts.region ?? UNNAMED, MAX_NAME_LENGTH),
    sourceIPAddress: cleanText(parts.sourceIp, MAX_NAME_LENGTH),
    userAgent: cleanText(parts.userAgent, MAX_TEXT_LENGTH),
    ...(error !== null && {
      errorCode: error.code,
      errorMessage: cleanText(error.message, MAX_TEXT_LENGTH),
    }),
    requestParameters: cleanOptional(parts.requestParameters, 'requestParameters'),
    responseElements: cleanOptional(parts.responseElements, 'responseElements'),
    ...(parts.additionalEventData !== null && {
      additionalEventData: cleanFields(parts.additionalEventData, 'additionalEventData'),
    }),
    requestID: parts.requestId,
    eventID: parts.eventId,
    readOnly: parts.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: caller?.account.id ?? null,
  }
}

/** A long-term key's caller is the same object for all its calls, so its identity is cleaned once. */
const identities = new WeakMap<Caller, AuditFields>()

function describeIdentity(caller: Caller): AuditFields {
  const known = identities.get(caller)
  if (known !== undefined) return known
  const identity = cleanFields(formatUserIdentity(caller), 'userIdentity')
  identities.set(caller, identity)
  return identity
}

function cleanOptional(fields: AuditFields | null, name: string): AuditFields | null {
  return fields === null ? null : cleanFields(fields, name)
}
