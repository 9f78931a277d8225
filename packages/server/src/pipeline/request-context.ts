import type { Call, Permission } from '../operations/operation.ts'
import type { ContextValue } from '../policy/decision.ts'

/**
 * The condition keys of one permission: the operation's own and those of every request (aws-wire
 * §5.4). A key without a value in this request is absent, which conditions can ask for.
 */
export function* listContext(
  permission: Permission,
  call: Call,
): Iterable<readonly [key: string, value: ContextValue]> {
  const { caller, nowMs } = call
  yield ['aws:PrincipalArn', caller.principalArn]
  yield ['aws:PrincipalAccount', caller.account.id]
  yield ['aws:PrincipalType', PRINCIPAL_TYPES[caller.kind]]
  yield ['aws:userid', caller.userId]
  if (caller.kind === 'user') yield ['aws:username', caller.user.name]
  for (const { key, value } of caller.principalTags) yield [`aws:PrincipalTag/${key}`, value]
  const { organization } = caller.account
  if (organization !== null) {
    yield ['aws:PrincipalOrgID', organization.organizationId]
    yield [
      'aws:PrincipalOrgPaths',
      [`${[organization.organizationId, ...organization.path].join('/')}/`],
    ]
  }
  yield ['aws:SourceIp', call.sourceIp]
  yield ['aws:SecureTransport', String(call.secureTransport)]
  if (call.userAgent !== '') yield ['aws:UserAgent', call.userAgent]
  yield ['aws:CurrentTime', new Date(nowMs).toISOString()]
  yield ['aws:EpochTime', String(Math.floor(nowMs / 1000))]
  yield ['aws:RequestedRegion', call.region]
  yield* permission.context
}

const PRINCIPAL_TYPES = {
  root: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
} as const
