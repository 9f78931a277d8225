import { SERVICE_EVENTS } from './create-service-event.ts'
import type { AuditEvent } from './event.ts'

/** The fields of any of the events. */
type FieldName = AuditEvent extends infer Event
  ? Event extends unknown
    ? keyof Event
    : never
  : never

/** Every field of the audit's events in its order, with its meaning: the table of `docs/audit.md`. */
export const AUDIT_EVENT_FIELDS = {
  eventVersion: 'Version of the record format. Always `1.11`.',
  userIdentity:
    'Who made the call. `{"type":"Unknown"}`, with the claimed `accessKeyId` if it has the form of one, when the caller was not proven.',
  eventTime: 'When the call was made, in UTC to the second.',
  eventSource: 'The API: `sts.amazonaws.com` or `iam.amazonaws.com`.',
  eventName:
    'The action, as received when it is not one that Credence knows; `unknown` without one.',
  awsRegion:
    'The region that the call counts as: the one of `sts.regions`, or what the signature is scoped to; `unknown` when it was refused before that was read.',
  sourceIPAddress: 'The address of the peer.',
  userAgent:
    'The `User-Agent` header, at most 1,024 characters; 256 when the caller was not proven.',
  errorCode: 'The error code of a refused call. Absent when the call was granted.',
  errorMessage:
    'The error text, at most 1,024 characters; 256 when the caller was not proven. Absent when the call was granted.',
  requestParameters:
    'What the call asked for; `null` for calls without parameters and for those refused before their parameters were read.',
  responseElements:
    'What the call gave; `null` for calls that only read and for refused ones. For tokens the id (`jti`) and the expiration, never the token.',
  additionalEventData:
    "What is special to Credence, such as the token's `kid` and, in `authorization`, what was asked of the policies and which statements decided. A denial also has the condition keys it was decided with (`context`) and the caller's `sessionPolicies`, if there are any: `credence policy explain` needs them. `changeBegun` marks the event that stands before a change. Absent when there is nothing to add.",
  requestID: 'The id in the answer to the caller (`x-amzn-RequestId`) and in the log.',
  eventID: 'The id of this record.',
  readOnly:
    'Whether CloudTrail calls the action read-only. It says so of `GenerateCredentialReport` too, and of what gives credentials.',
  eventType: '`AwsApiCall`, or `AwsServiceEvent` for what the service did by itself.',
  managementEvent: 'Always `true`.',
  recipientAccountId: 'The account that was called; `null` when the caller was not proven.',
  serviceEventDetails:
    'The details of an `AwsServiceEvent`, which has neither a caller nor a request.',
} as const satisfies Readonly<Record<FieldName, string>>

/** The fields of an audit event as a Markdown table. */
export function formatAuditEventTable(): string {
  return formatTable('Field', AUDIT_EVENT_FIELDS)
}

/** What the service does by itself, as a Markdown table. */
export function formatServiceEventTable(): string {
  return formatTable('`eventName`', SERVICE_EVENTS)
}

function formatTable(title: string, meanings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(meanings).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  return [`| ${title} | Meaning |`, '|---|---|', ...rows, ''].join('\n')
}
