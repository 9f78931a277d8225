import {
  integer,
  list,
  map,
  optional,
  required,
  type StringShape,
  string,
  structure,
  timestamp,
} from '../../shapes/shape.ts'
import { tags } from '../tag-shapes.ts'

// As AWS prints it. The last range does not mean what it seems to, on AWS either: characters beyond
// the basic plane are refused.
const ARN_TEXT =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+'
const POLICY_TEXT = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+'

/** An ARN as STS takes it (botocore: the STS service model). */
export const arn = string({ minLength: 20, maxLength: 2048, pattern: ARN_TEXT })

/** The ARN of a role that is to be assumed. */
export const roleArn = string({
  minLength: 20,
  maxLength: 2048,
  pattern: ARN_TEXT,
  isPatternFirst: true,
})

/** `Policy` of `AssumeRole`, which has no bound of its own, only that of all session policies. */
export const unboundedPolicy = string({ minLength: 1, pattern: POLICY_TEXT })

/** `Policy` of the other operations. */
export const policy = string({ minLength: 1, maxLength: 2048, pattern: POLICY_TEXT })

/** Members with which a request narrows its session by policies. */
export function sessionPolicyInput(policyShape: StringShape) {
  return {
    policyArns: optional(
      list(structure('PolicyDescriptorType', { arn: optional(arn, 'arn') }), { maxItems: 10 }),
    ),
    policy: optional(policyShape),
  } as const
}

/** `Tags` of a session. */
export const sessionTags = optional(tags)

/** `RoleSessionName` */
export const roleSessionName = string({ minLength: 2, maxLength: 64, pattern: '[\\w+=,.@-]*' })

/** `SerialNumber` and `TokenCode`. */
export const mfaInput = {
  serialNumber: optional(string({ minLength: 9, maxLength: 256, pattern: '[\\w+=/:,.@-]*' })),
  tokenCode: optional(string({ minLength: 6, maxLength: 6, pattern: '[\\d]*' })),
} as const

/** The least length of a session token, to try out what a client can hold. */
export const tokenSizeInput = {
  minimumSessionTokenSize: optional(integer({ min: 0, max: 4096 })),
} as const

/** How long a session token is, and what percentage that is of what it may be. */
export const tokenSizeOutput = {
  sessionTokenUtilization: required(integer()),
  sessionTokenSize: required(integer()),
} as const

/** `Credentials` of an answer. */
export const credentials = structure('Credentials', {
  accessKeyId: required(string()),
  secretAccessKey: required(string()),
  sessionToken: required(string()),
  expiration: required(timestamp('seconds')),
})

/** `AssumedRoleUser` of an answer. */
export const assumedRoleUser = structure('AssumedRoleUser', {
  assumedRoleId: required(string()),
  arn: required(string()),
})

/** `TrustedIdentityPropagationContext` of an answer: on whose behalf the session acts. */
export const trustedIdentityPropagationContext = structure('TrustedIdentityPropagationContext', {
  originIdentity: required(
    structure('OriginIdentity', {
      subject: required(string()),
      subjectType: optional(string()),
      issuer: required(string()),
      federatedProviderArn: required(string()),
    }),
  ),
  transactionContext: optional(
    structure('TransactionContext', { identityProvider: required(map(string())) }),
  ),
})
