import { ServiceError } from '../../errors.ts'
import { parseArn } from '../../principals/arn.ts'
import type { Caller } from '../../principals/caller.ts'
import type { Call } from '../operation.ts'
import type { ContextPairs, IamPrincipal } from './iam-principal.ts'

/** What is known of every simulated request: account, organization and time. */
export function describeSurroundings({
  caller: { account },
  nowMs,
}: Pick<Call, 'nowMs'> & { readonly caller: Pick<Caller, 'account'> }): ContextPairs {
  const { id, organization } = account
  return [
    ['aws:PrincipalAccount', id],
    ['aws:CurrentTime', new Date(nowMs).toISOString()],
    ['aws:EpochTime', String(Math.floor(nowMs / 1000))],
    ...(organization === null
      ? []
      : ([
          ['aws:PrincipalOrgID', organization.organizationId],
          [
            'aws:PrincipalOrgPaths',
            [`${[organization.organizationId, ...organization.path].join('/')}/`],
          ],
        ] as const)),
  ]
}

/**
 * What is known of the caller that a request names (`CallerArn`), from its ARN alone. IAM was seen to
 * take the ARN for the user id.
 * @throws ServiceError `InvalidInput`
 */
export function describeCallerArn(callerArn: string): ContextPairs {
  const arn = parseArn(callerArn)
  if (arn === null) {
    // The text is UNVERIFIED.
    throw new ServiceError('InvalidInput', `CallerArn is not in a valid ARN format: ${callerArn}.`)
  }
  const isUser = arn.service === 'iam' && arn.resource.startsWith('user/')
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1)
  return [
    ['aws:PrincipalArn', callerArn],
    ['aws:PrincipalAccount', arn.account],
    ['aws:userid', callerArn],
    ...(isUser ? [['aws:username', name] as const] : []),
  ]
}

/** What is known of a caller when a request names none. */
export const UNKNOWN_CALLER: ContextPairs = [['aws:userid', 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR']]

/** What is known of a user or role that makes the simulated requests; a group makes none. */
export function describePrincipal({
  kind,
  arn,
  id,
  name,
  tags,
}: Pick<IamPrincipal, 'kind' | 'arn' | 'id' | 'name' | 'tags'>): ContextPairs {
  if (kind === 'group') return UNKNOWN_CALLER
  return [
    ['aws:PrincipalArn', arn],
    ['aws:PrincipalType', kind === 'user' ? 'User' : 'AssumedRole'],
    ['aws:userid', id],
    ...(kind === 'user' ? [['aws:username', name] as const] : []),
    ...tags.map(({ key, value }) => [`aws:PrincipalTag/${key}`, value] as const),
  ]
}
