import { ServiceError } from '../../errors.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import type { Session } from '../../principals/session.ts'
import type { SessionPrincipal } from '../../principals/session-principal.ts'
import { findDuplicateTagKey, normalizeTagKey, type Tag } from '../../principals/tags.ts'
import { measurePackedSize } from '../../sessions/packed-size.ts'
import type { IssuedCredentials } from '../../sessions/session-credentials.ts'
import { SessionTokenError } from '../../sessions/session-token-error.ts'
import { list, optional, required, string, structure, timestamp } from '../../shapes/shape.ts'
import { tags } from '../iam/iam-shapes.ts'
import type { Call } from '../operation.ts'

const MAX_SESSION_POLICY_CHARACTERS = 2048
const ARN_TEXT =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]+'

/** An ARN as STS takes it (botocore: the STS service model). */
export const arn = string({ minLength: 20, maxLength: 2048, pattern: ARN_TEXT })

/** Members with which a request narrows its session by policies. */
export const sessionPolicyInput = {
  policyArns: optional(
    list(structure('PolicyDescriptorType', { arn: optional(arn, 'arn') }), { maxItems: 10 }),
  ),
  policy: optional(string({ minLength: 1, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' })),
} as const

/** `Tags` of a session. */
export const sessionTags = optional(tags)

/** `RoleSessionName` */
export const roleSessionName = string({ minLength: 2, maxLength: 64, pattern: '[\\w+=,.@-]*' })

/** `Credentials` of an answer. */
export const credentials = structure('Credentials', {
  accessKeyId: required(string()),
  secretAccessKey: required(string()),
  sessionToken: required(string()),
  expiration: required(timestamp('seconds')),
})

/** The value of `Credentials`. The only place where a new session's secrets are revealed. */
export function describeCredentials(issued: IssuedCredentials) {
  return {
    accessKeyId: issued.accessKeyId,
    secretAccessKey: issued.secretAccessKey.reveal(),
    sessionToken: issued.sessionToken.reveal(),
    expiration: issued.expiresAtMs,
  }
}

/** What the audit keeps of credentials: which they are and until when, never what they open. */
export function describeIssued({ accessKeyId, expiresAtMs }: IssuedCredentials) {
  return { accessKeyId, expiration: new Date(expiresAtMs).toISOString() }
}

/** Session policies of a request. */
export interface SessionPolicies {
  readonly policy?: string | undefined
  readonly policyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}

/** The ARNs among session policies. */
export function listPolicyArns({ policyArns = [] }: SessionPolicies): readonly string[] {
  return policyArns.flatMap(({ arn: policyArn }) => (policyArn === undefined ? [] : [policyArn]))
}

/**
 * Checks session policies before anything is decided: a policy that can't be read must refuse.
 * @throws ServiceError `MalformedPolicyDocument`, `PackedPolicyTooLarge`
 */
export function checkSessionPolicy({ policy }: SessionPolicies): void {
  if (policy === undefined) return
  if (policy.length > MAX_SESSION_POLICY_CHARACTERS) throw packedTooLarge(policy.length)
  parsePolicy(policy, 'session')
}

/**
 * Checks session tags: unique keys, none of AWS's own. Unlike request tags of a token, keys that begin
 * with `aws:` are refused (aws-wire §1.1). @throws ServiceError `InvalidParameterValue`
 */
export function checkSessionTags(sessionTagList: readonly Tag[]): void {
  if (findDuplicateTagKey(sessionTagList) !== null) {
    throw new ServiceError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  const reserved = sessionTagList.find(({ key }) => normalizeTagKey(key).startsWith('aws:'))
  if (reserved !== undefined) {
    // The text is UNVERIFIED.
    throw new ServiceError(
      'InvalidParameterValue',
      `Tag key ${reserved.key} is reserved: keys may not begin with aws:.`,
    )
  }
}

/**
 * Makes the credentials of a session. `packedPolicySize` is null when there is nothing to pack.
 * @throws ServiceError `PackedPolicyTooLarge`
 */
export function issueSession(
  { services }: Pick<Call, 'services'>,
  session: Session,
  principal: SessionPrincipal,
): { readonly issued: IssuedCredentials; readonly packedPolicySize: number | null } {
  const percent = measurePackedSize(session)
  if (percent > 100) throw packedTooLarge(percent)
  try {
    const issued = services.sessions.issue(session, principal)
    return { issued, packedPolicySize: percent === 0 ? null : percent }
  } catch (error) {
    if (error instanceof SessionTokenError) throw packedTooLarge(percent)
    throw error
  }
}

// AWS tells how far over the limit a request is; its exact text is UNVERIFIED.
function packedTooLarge(size: number): ServiceError {
  return new ServiceError(
    'PackedPolicyTooLarge',
    `Packed size of session policies and session tags is over the limit (${size}).`,
  )
}
