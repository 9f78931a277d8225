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

/**
 * One API call, also a refused one, shaped like a CloudTrail record (aws-wire §6; AWS CloudTrail
 * User Guide: record contents). `additionalEventData` is where CloudTrail puts what is special to a
 * service: the `kid`, the deciding statements.
 */
export interface AuditEvent {
  readonly eventVersion: '1.11'
  readonly eventTime: string
  readonly eventID: string
  readonly eventSource: 'sts.amazonaws.com' | 'iam.amazonaws.com'
  /** The action; as received (shortened) when it is not one of ours. */
  readonly eventName: string
  readonly eventType: 'AwsApiCall'
  readonly managementEvent: true
  readonly readOnly: boolean
  readonly awsRegion: string
  readonly recipientAccountId: string | null
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly userIdentity: AuditFields
  readonly requestParameters: AuditFields | null
  readonly responseElements: AuditFields | null
  readonly additionalEventData?: AuditFields
  readonly requestID: string
  readonly errorCode?: string
  readonly errorMessage?: string
}

/** Where audit events go. */
export interface AuditSink {
  /** Resolves when the event is as durable as the sink promises; rejects when it is not written. */
  write(event: AuditEvent): Promise<void>
  close(): Promise<void>
}
