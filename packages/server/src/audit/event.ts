/** A JSON value of an audit record. */
export type AuditJson =
  | string
  | number
  | boolean
  | null
  | readonly AuditJson[]
  | { readonly [name: string]: AuditJson }

/** Fields of a request or an answer that the audit may keep. Never a token, secret or signature. */
export type AuditFields = { readonly [name: string]: AuditJson }

/** What every event has, in the form of CloudTrail (AWS CloudTrail User Guide: record contents). */
interface EventFields {
  readonly eventVersion: '1.11'
  readonly eventTime: string
  readonly eventID: string
  /** The API, such as `sts.amazonaws.com`. */
  readonly eventSource: string
  readonly eventName: string
  readonly managementEvent: true
  readonly readOnly: boolean
  readonly awsRegion: string
  readonly recipientAccountId: string | null
  readonly userIdentity: AuditFields
}

/**
 * One API call, also a refused one (aws-wire §6). `eventName` is the action; as received, shortened, when
 * it is not one of ours. `additionalEventData` is where CloudTrail puts what is special to a service: the
 * `kid`, the deciding statements.
 */
export interface AwsApiCall extends EventFields {
  readonly eventType: 'AwsApiCall'
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly requestParameters: AuditFields | null
  readonly responseElements: AuditFields | null
  readonly additionalEventData?: AuditFields
  readonly requestID: string
  readonly errorCode?: string
  readonly errorMessage?: string
}

/** Something that the service did by itself, with what is to be said of it. */
export interface AwsServiceEvent extends EventFields {
  readonly eventType: 'AwsServiceEvent'
  readonly serviceEventDetails: AuditFields
}

/** One record of the audit; `eventType` tells which. */
export type AuditEvent = AwsApiCall | AwsServiceEvent

/** Where audit events go. */
export interface AuditSink {
  /** Resolves when the event is as durable as the sink promises; rejects when it is not written. */
  write(event: AuditEvent): Promise<void>
  close(): Promise<void>
}
