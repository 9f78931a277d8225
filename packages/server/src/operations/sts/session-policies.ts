import { ServiceError } from '../../errors.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import { parseArn } from '../../principals/arn.ts'
import type { Account } from '../../principals/entities.ts'
import type { Call } from '../operation.ts'
import { packedTooLarge } from './issue-session.ts'

/** Plain text of the inline policy and of all ARNs together (AWS STS API Reference: AssumeRole). */
const MAX_PLAIN_CHARACTERS = 2048

/** Session policies of a request. */
export interface SessionPolicies {
  readonly policy?: string | undefined
  readonly policyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}

/** The ARNs among session policies. */
export function listPolicyArns({ policyArns = [] }: SessionPolicies): readonly string[] {
  return policyArns.flatMap(({ arn }) => (arn === undefined ? [] : [arn]))
}

/** What the audit keeps of session policies. */
export function toSessionPolicyParameters(policies: SessionPolicies) {
  const policyArns = listPolicyArns(policies)
  return {
    ...(policies.policy !== undefined && { policy: policies.policy }),
    ...(policyArns.length > 0 && { policyArns: policyArns.map(arn => ({ arn })) }),
  }
}

/**
 * Checks session policies before anything is decided: a policy that can't be read must be refused.
 * @throws ServiceError `ValidationError`, `PackedPolicyTooLarge`, `MalformedPolicyDocument`
 */
export function checkSessionPolicies(policies: SessionPolicies): void {
  const { policy, policyArns = [] } = policies
  if (policyArns.some(({ arn }) => arn === undefined)) {
    // A misspelt `arn`: without this the session would be made unrestricted. The model does not require
    // it; AWS's answer is UNVERIFIED.
    throw new ServiceError('ValidationError', 'Each member of PolicyArns must have an arn.')
  }
  const texts = [policy ?? '', ...listPolicyArns(policies)]
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  if (characters > MAX_PLAIN_CHARACTERS) {
    throw packedTooLarge(Math.ceil((characters * 100) / MAX_PLAIN_CHARACTERS))
  }
  if (policy !== undefined) parsePolicy(policy, 'session')
}

/**
 * Makes sure that the managed policies of a session are there: in the account that the session is of,
 * or AWS's own. One that is deleted later takes all permissions with it.
 * @throws ServiceError `ValidationError`
 */
export async function requireManagedPolicies(
  { services }: Call,
  { id, partition }: Account,
  policies: SessionPolicies,
): Promise<void> {
  for (const arn of listPolicyArns(policies)) {
    const isOfPartition = parseArn(arn)?.partition === partition
    const isThere = isOfPartition && (await services.directory.hasManagedPolicy(id, arn))
    // The code and the text are UNVERIFIED.
    if (!isThere) throw new ServiceError('ValidationError', `Policy ${arn} does not exist.`)
  }
}
