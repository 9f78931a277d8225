import type { ApplicablePolicies } from '../../packages/server/src/policy/applicable-policies.ts'
import type {
  AuthorizationRequest,
  ContextValue,
} from '../../packages/server/src/policy/decision.ts'
import { parsePolicy } from '../../packages/server/src/policy/parse-policy.ts'

/** What is asked: a token for one audience, with the keys that such a request has. */
export const REQUEST: AuthorizationRequest = {
  action: 'sts:GetWebIdentityToken',
  resource: 'arn:aws:sts::123456789012:self',
  context: new Map<string, ContextValue>([
    ['aws:principalarn', 'arn:aws:iam::123456789012:user/deployer'],
    ['aws:principalaccount', '123456789012'],
    ['aws:principaltag/team', 'web'],
    ['aws:sourceip', '192.0.2.7'],
    ['aws:securetransport', 'true'],
    ['aws:requestedregion', 'us-east-1'],
    ['sts:identitytokenaudience', ['https://api.example.com']],
    ['sts:durationseconds', '300'],
  ]),
}

/**
 * A policy of `count` statements about tokens. Only the last one applies, and all are asked: each of the
 * others fails at its condition, after action and resource have matched, so none of them is cheap.
 */
export function formatPolicy(count: number): string {
  const statements = Array.from({ length: count }, (_, index) => ({
    Sid: `S${index}`,
    Effect: 'Allow',
    Action: 'sts:Get*Token',
    Resource: 'arn:aws:sts::123456789012:*',
    Condition: {
      IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
      StringEquals: { 'aws:PrincipalTag/team': index === count - 1 ? 'web' : `team-${index}` },
    },
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** The policies of a caller that has nothing but one such policy. */
export function createPolicies(count: number): ApplicablePolicies {
  return {
    identity: [{ policyId: 'inline:bench', policy: parsePolicy(formatPolicy(count), 'identity') }],
    boundary: null,
    session: null,
    scopeDown: [],
    serviceControl: [],
    resourceControl: [],
    isAccountRoot: false,
  }
}
