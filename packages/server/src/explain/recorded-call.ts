import { z } from 'zod'

const layer = z.enum([
  'identity-based policy',
  'permissions boundary',
  'session policy',
  'service control policy',
  'resource control policy',
  'resource-based policy',
])

const decision = z.object({
  action: z.string(),
  resource: z.string(),
  effect: z.enum(['allow', 'deny']),
  decidedBy: z.array(z.object({ layer, policyId: z.string(), statementId: z.string() })),
  /** Absent where the call was allowed. */
  context: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  sessionPolicies: z
    .object({
      inlinePolicy: z.string().nullable(),
      policyArns: z.array(z.string()),
      /** Absent from events of older releases. */
      scopeDownPolicies: z.array(z.string()).default([]),
    })
    .optional(),
})

const call = z.object({
  requestID: z.string(),
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  awsRegion: z.string(),
  sourceIPAddress: z.string(),
  userAgent: z.string(),
  userIdentity: z.object({
    type: z.string().optional(),
    principalId: z.string().optional(),
    arn: z.string().optional(),
    accountId: z.string().optional(),
    accessKeyId: z.string().optional(),
    sessionContext: z
      .object({
        sessionIssuer: z.object({ principalId: z.string(), arn: z.string() }).optional(),
      })
      .optional(),
  }),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  additionalEventData: z
    .object({
      authorization: z.array(decision).optional(),
      omitted: z.literal(true).optional(),
      /** The event was written before a change; a later event says how the change ended. */
      changeBegun: z.literal(true).optional(),
    })
    .optional(),
})

/** What `explain` reads of an audit event (docs/audit.md). */
export type RecordedCall = z.infer<typeof call>

/** One decision of a recorded call. */
export type RecordedDecision = z.infer<typeof decision>

/** Reads a line of the audit; null when it is no event, such as a line that a crash has cut. */
export function parseRecordedCall(line: string): RecordedCall | null {
  try {
    return call.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
