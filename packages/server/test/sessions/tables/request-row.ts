import type { Parameters } from '../../support/calls.ts'
import { ALLOW_ALL, formatPolicy } from '../../support/policies.ts'
import { sessionTags } from '../../support/sts-calls.ts'
import { ACCOUNT, type CallerName } from '../../support/worlds/session.ts'

/** A call of an operation with parameters, and its refusal. */
export interface RequestRow {
  readonly what: string
  /** `user`; null for a request without a signature. */
  readonly caller?: CallerName | null
  readonly action: string
  readonly parameters: Parameters
  /** Null where the call is granted. */
  readonly refusal: readonly [status: number, code: string, message: string] | null
}

/** The role of the world. */
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/team/deployer`
/** The pattern of names. */
export const NAME_PATTERN = '[\\w+=,.@-]*'
/** The rule that what is left out breaks. */
export const NOT_NULL = 'Member must not be null'

/** The refusal of two tags under one key. */
export const DUPLICATE_TAGS = [
  400,
  'InvalidParameterValue',
  'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
] as const
/** The refusal of `AWS:team`. */
export const RESERVED_TAG = [
  400,
  'InvalidParameterValue',
  'The tag key AWS:team is reserved: keys may not begin with aws:.',
] as const

/** A policy that allows everything, in exactly so many characters. */
export function policyOf(characters: number): string {
  return formatPolicy([ALLOW_ALL]).padEnd(characters, ' ')
}

/** The refusal of one violated constraint. */
export function invalid(member: string, value: string | null, rule: string) {
  const printed = value === null ? 'null' : `'${value}'`
  const text = `1 validation error detected: Value ${printed} at '${member}' failed to satisfy constraint: ${rule}`
  return [400, 'ValidationError', text] as const
}

/** The rule that a shorter text breaks. */
export const atLeast = (count: number): string =>
  `Member must have length greater than or equal to ${count}`
/** The rule that a longer text or list breaks. */
export const atMost = (count: number): string =>
  `Member must have length less than or equal to ${count}`
/** The rule that a text with other characters breaks. */
export const matching = (pattern: string): string =>
  `Member must satisfy regular expression pattern: ${pattern}`

/** The refusal of what takes this much of a session. */
export function packed(percent: number) {
  const text = `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`
  return [400, 'PackedPolicyTooLarge', text] as const
}

/** Tags that take 4,096 bytes of a session, which is all there is, and so many more. */
export function fullTags(extraBytes: number): Parameters {
  const tags = Array.from({ length: 16 }, (_, index) => [
    `k-${index + 10}`,
    'v'.repeat(248 + (index === 0 ? extraBytes : 0)),
  ])
  return sessionTags(Object.fromEntries(tags))
}
