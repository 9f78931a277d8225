import type { Caller } from '../principals/caller.ts'
import { cleanText } from '../runtime/clean-text.ts'
import { cleanFields } from './audit-text.ts'
import type { AuditFields, AwsApiCall } from './event.ts'
import { formatEventTime } from './event-time.ts'
import { formatUnknownIdentity, formatUserIdentity } from './user-identity.ts'

/** What is known of a call when it ends. Texts may be as they were received. */
export interface AuditEventParts {
  /** A UUID of its own, other than the request's. */
  readonly eventId: string
  readonly requestId: string
  readonly nowMs: number
  readonly eventSource: AwsApiCall['eventSource']
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

/**
 * Lengths of names and texts in UTF-16 units, and of each structure as JSON in bytes (AWS CloudTrail User
 * Guide: 1 KB for user agent and error message, 100 KB for a structure).
 */
const LIMITS = { name: 128, text: 1024, fields: 102_400 } as const

/** Of a refused caller with a token of an identity provider, which anybody may have. */
const PROVIDER_LIMITS = { ...LIMITS, fields: 8192 } as const

/** Of a caller who may be anybody: with these no event has more than 4,096 bytes. */
const UNPROVEN_LIMITS = { name: 64, text: 256, fields: 1024 } as const

function findLimits({ caller, error }: AuditEventParts) {
  if (caller === null) return UNPROVEN_LIMITS
  return error !== null && caller.kind === 'web-identity' ? PROVIDER_LIMITS : LIMITS
}

/**
 * The audit event of one call (aws-wire §6). Whatever the request contained, the event is bounded in
 * size, has no control characters, and no text of the shape of a token, a secret or a signature.
 */
export function createAuditEvent(parts: AuditEventParts): AwsApiCall {
  const { caller, error } = parts
  const limits = findLimits(parts)
  const clean = (name: 'requestParameters' | 'responseElements') =>
    parts[name] === null ? null : cleanFields(parts[name], name, limits.fields)
  return {
    eventVersion: '1.11',
    userIdentity:
      caller === null ? formatUnknownIdentity(parts.claimedAccessKeyId) : toIdentityFields(caller),
    eventTime: formatEventTime(parts.nowMs),
    eventSource: parts.eventSource,
    eventName: cleanText(parts.action ?? UNNAMED, limits.name),
    awsRegion: cleanText(parts.region ?? UNNAMED, limits.name),
    sourceIPAddress: cleanText(parts.sourceIp, limits.name),
    userAgent: cleanText(parts.userAgent, limits.text),
    ...(error !== null && {
      errorCode: error.code,
      errorMessage: cleanText(error.message, limits.text),
    }),
    requestParameters: clean('requestParameters'),
    responseElements: clean('responseElements'),
    ...(parts.additionalEventData !== null && {
      additionalEventData: cleanFields(
        parts.additionalEventData,
        'additionalEventData',
        limits.fields,
      ),
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

function toIdentityFields(caller: Caller): AuditFields {
  const known = identities.get(caller)
  if (known !== undefined) return known
  const identity = cleanFields(formatUserIdentity(caller), 'userIdentity', LIMITS.fields)
  identities.set(caller, identity)
  return identity
}
