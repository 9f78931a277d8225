import { isAccountId } from '../principal.ts'
import type { VerifiedToken } from '../verified-token.ts'
import type { ComputeConditions, OriginConditions, TrustConditions } from './trust-rule.ts'

/** The values of a token that a condition looks at; none when the token does not say. */
export type Reader = (token: VerifiedToken) => readonly string[]

/** How the values of a condition must be written; null, or what is wrong with one. */
export type ValueCheck = (value: string) => string | null

/** A condition that is a list of values. */
export interface ListCondition {
  readonly read: Reader
  readonly check: ValueCheck
}

/** Names of conditions that are objects. */
type ObjectConditionName = 'principalTags' | 'requestTags' | 'compute' | 'origin' | 'not'

const asList = (value: string | undefined): readonly string[] =>
  value === undefined ? [] : [value]
const anything: ValueCheck = () => null
const checkScope: ValueCheck = value =>
  value.includes(' ') ? 'has a space; each scope stands for itself' : null
const exactly: ValueCheck = value =>
  value.includes('*') ? 'is a pattern; only exact values are taken here' : null

/** The conditions that are lists. */
export const LIST_CONDITIONS: Readonly<
  Record<Exclude<keyof TrustConditions, ObjectConditionName>, ListCondition>
> = {
  accounts: {
    read: token => [token.principal.account],
    check: value => (isAccountId(value) ? null : 'is not a twelve-digit account id'),
  },
  organizations: {
    read: token => asList(token.aws.org_id),
    check: value => (/^o-[^*/]+$/.test(value) ? null : 'is not the id of an organization, o-…'),
  },
  organizationPaths: {
    read: token => token.aws.ou_path ?? [],
    check: value =>
      /^o-[^*/]+\//.test(value) ? null : 'does not begin with an organization, o-…/',
  },
  subjects: { read: token => [token.principal.arn], check: checkSubject },
  issuers: { read: token => [token.claims.iss], check: exactly },
  regions: { read: token => [token.aws.source_region], check: anything },
  sourceIdentities: { read: token => asList(token.aws.source_identity), check: anything },
  federatedProviders: { read: token => asList(token.aws.federated_provider), check: anything },
  scopes: { read: ({ claims }) => claims.scope?.split(' ') ?? [], check: checkScope },
}

/** The members of `compute`. */
export const COMPUTE_CONDITIONS: Readonly<Record<keyof ComputeConditions, ListCondition>> = {
  ec2Instances: {
    read: token => asList(token.aws.ec2_source_instance_arn),
    check: anything,
  },
  ec2Vpcs: { read: token => asList(token.aws.ec2_instance_source_vpc), check: anything },
  ec2PrivateIpv4s: {
    read: token => asList(token.aws.ec2_instance_source_private_ipv4),
    check: anything,
  },
  ec2RoleDeliveries: { read: token => asList(token.aws.ec2_role_delivery), check: anything },
  lambdaFunctions: {
    read: token => asList(token.aws.lambda_source_function_arn),
    check: anything,
  },
  glueServices: {
    read: token => asList(token.aws.glue_credential_issuing_service),
    check: anything,
  },
}

/** The members of `origin`. */
export const ORIGIN_CONDITIONS: Readonly<Record<keyof OriginConditions, ListCondition>> = {
  // A pattern could fit two providers, and both may have an `alice`.
  providers: {
    read: token => asList(token.origin?.federatedProvider ?? undefined),
    check: exactly,
  },
  subjects: { read: token => asList(token.origin?.subject), check: anything },
}

/** The values of one tag. */
export const TAG_CONDITIONS: Readonly<
  Record<'principalTags' | 'requestTags', (key: string) => ListCondition>
> = {
  principalTags: key => ({
    read: token => asList(token.aws.principal_tags?.[key]),
    check: anything,
  }),
  requestTags: key => ({ read: token => asList(token.aws.request_tags?.[key]), check: anything }),
}

function checkSubject(pattern: string): string | null {
  if (pattern.startsWith('arn:') && pattern.includes(':assumed-role/')) {
    return 'names a session; sub names the role: arn:aws:iam::<account>:role/<path>/<name>'
  }
  const isSubject = /^arn:aws[a-z-]*:iam::(?:\d{12}|\*):(?:root$|(?:role|user)\/.)/.test(pattern)
  return isSubject ? null : 'is not arn:aws:iam::<account>:role/… or user/… or root'
}
