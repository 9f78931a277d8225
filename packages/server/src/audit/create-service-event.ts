import { cleanFields } from './audit-text.ts'
import type { AuditFields, AwsServiceEvent } from './event.ts'
import { formatEventTime } from './event-time.ts'

/** The events that the service makes by itself, with their meaning: a table of `docs/audit.md`. */
export const SERVICE_EVENTS = {
  UnprovenCallsRefused:
    'Refused calls of unproven callers that have no events of their own: how many (`calls`), from when to when, by `errorCodes`, and by the networks that most of them came from (`sources`; `otherCalls` came from others).',
  EventsNotRecorded:
    'Events that could not be written: how many (`events`), from when to when, and why the first of them could not.',
  SigningKeyPrepared:
    'A signing key was made and is published: the account, `algorithm`, `generation` and `thumbprint`. It signs nothing yet.',
  SigningKeyVisible:
    'A prepared signing key has been visible wherever verifiers look since `visibleAt`.',
  SigningKeyActivated:
    'A signing key signs from now on, and the one that did (`former`) signs no more. `by` is `rotation` or the name of the command; `forced` says what was not waited for.',
  SigningKeyRetired: 'A signing key is no longer published, and its private half is erased.',
  SigningKeyRevoked:
    'A signing key was revoked: it is no longer published, and its private half is erased. `reason` is what the operator has said; `by` is `emergency-revocations` for a key that was named there.',
  IssuerNameChosen:
    'An account has chosen the name in its tokens: `name`, or null for that of the installation. `former` is what it had chosen before. `by` is the name of the command.',
  IssuerSwitched:
    'The configuration file was changed: new tokens have the name `to`, and `from` is served until `until`. Each server does so from its next start on.',
} as const

/** More than the details of any of them have. */
const MAX_DETAILS_BYTES = 102_400

/** What makes an event of the service. */
export interface ServiceEventParts {
  /** A UUID. */
  readonly eventId: string
  readonly nowMs: number
  readonly name: keyof typeof SERVICE_EVENTS
  /** The region of calls that name none. */
  readonly region: string
  /** The account that the event is about; null when left out. */
  readonly accountId?: string
  /** Whether something is changed by it. */
  readonly isChange?: boolean
  readonly details: AuditFields
}

/** An event of what the service did by itself, in the form that CloudTrail has for those. */
export function createServiceEvent(parts: ServiceEventParts): AwsServiceEvent {
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'AWSService', invokedBy: 'credence' },
    eventTime: formatEventTime(parts.nowMs),
    // The API that answers for the endpoint where none is named.
    eventSource: 'sts.amazonaws.com',
    eventName: parts.name,
    awsRegion: parts.region,
    eventID: parts.eventId,
    readOnly: parts.isChange !== true,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: parts.accountId ?? null,
    serviceEventDetails: cleanFields(parts.details, 'serviceEventDetails', MAX_DETAILS_BYTES),
  }
}
