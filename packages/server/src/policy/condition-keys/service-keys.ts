import { PROVIDER_CLAIMS } from '../../principals/provider-claims.ts'
import {
  type ConditionKey,
  type ConditionKeyGroup,
  never,
  ofChosenSet,
  ofSet,
  sometimes,
} from './condition-key.ts'

const STS: readonly ConditionKey[] = [
  never('sts:AWSServiceName', 'there are no bearer tokens for services of AWS'),
  sometimes('sts:DurationSeconds', '`GetWebIdentityToken`: even when the request leaves it out'),
  sometimes('sts:ExternalId', '`AssumeRole` with an external id'),
  ofChosenSet(sometimes('sts:IdentityTokenAudience', '`GetWebIdentityToken`')),
  ofChosenSet(
    sometimes('sts:IdentityTokenScope', '`GetWebIdentityToken` with a `Scope`: its values'),
  ),
  sometimes('sts:RequestContext/…', '`AssumeRole` with asserted context, by its keys'),
  ofSet(sometimes('sts:RequestContextProviders', '`AssumeRole` with asserted context')),
  sometimes('sts:RoleAuthorizedByIdp', '`AssumeRoleWithWebIdentity`: the token names its roles'),
  sometimes('sts:RoleSessionName', '`AssumeRole`, `AssumeRoleWithWebIdentity`'),
  sometimes('sts:SigningAlgorithm', '`GetWebIdentityToken`'),
  sometimes('sts:SourceIdentity', '`AssumeRole…`: one that is set, or goes on from the caller'),
  sometimes('sts:SubjectMode', '`GetWebIdentityToken`: even when the request leaves it out'),
  never('sts:TaskPolicyArn', 'there is no `AssumeRoot`'),
  ofChosenSet(sometimes('sts:TransitiveTagKeys', '`AssumeRole…` with tags that go on')),
]

const NO_DELEGATION = 'there are no delegation requests'
const NO_IDENTITY_CENTER = 'there is no IAM Identity Center'
const NO_MFA = 'there are no MFA devices'
const NO_SERVICE_CREDENTIALS = 'there are no credentials of single services'

const IAM: readonly ConditionKey[] = [
  ofSet(never('iam:AccountPropertyNamespaces', 'accounts have no properties')),
  never('iam:AssociatedResourceArn', 'no role is passed to a resource'),
  sometimes('iam:AWSServiceName', '`CreateServiceLinkedRole`'),
  never('iam:DelegationDuration', NO_DELEGATION),
  never('iam:DelegationRequestOwner', NO_DELEGATION),
  never('iam:EnableIdentityCenterAssociation', NO_IDENTITY_CENTER),
  sometimes(
    'iam:EnableIdentityPropagation',
    '`CreateOpenIDConnectProvider`, `UpdateOpenIDConnectProvider`: whether the request has a `ContextProvider`',
  ),
  never('iam:FIDO-certification', NO_MFA),
  never('iam:FIDO-FIPS-140-2-certification', NO_MFA),
  never('iam:FIDO-FIPS-140-3-certification', NO_MFA),
  never('iam:NotificationChannel', NO_DELEGATION),
  never('iam:OrganizationsPolicyId', 'there are no reports of organizations'),
  sometimes('iam:PassedToService', '`AddRoleToInstanceProfile`: EC2, to which the role is passed'),
  sometimes(
    'iam:PermissionsBoundary',
    'changes of a user or role: its boundary, or the one that the request sets',
  ),
  sometimes('iam:PolicyARN', 'a managed policy is attached or detached'),
  never('iam:RegisterSecurityKey', NO_MFA),
  never('iam:RequestIdentityCenterInstanceArn', NO_IDENTITY_CENTER),
  ofSet(
    sometimes(
      'iam:RequestIdentityProviderIssuers',
      '`CreateOpenIDConnectProvider`: the new issuer',
    ),
  ),
  never('iam:ResourceIdentityCenterInstanceArn', NO_IDENTITY_CENTER),
  ofSet(
    sometimes('iam:ResourceIdentityProviderIssuers', '`UpdateOpenIDConnectProvider`: its issuer'),
  ),
  sometimes('iam:ResourceTag/…', 'as `aws:ResourceTag/…`'),
  never('iam:RoleTemplateARN', 'there are no role templates'),
  never('iam:ServiceSpecificCredentialAgeDays', NO_SERVICE_CREDENTIALS),
  never('iam:ServiceSpecificCredentialServiceName', NO_SERVICE_CREDENTIALS),
  never('iam:TemplateArn', NO_DELEGATION),
]

const IN_SESSION = '`AssumeRoleWithWebIdentity` and every call of its session'
const IN_EXCHANGE = '`AssumeRoleWithWebIdentity` alone, as AWS has it'

const TOKENS: readonly ConditionKey[] = [
  sometimes('ISSUER:aud', `${IN_SESSION}: \`azp\`, or the only \`aud\``),
  sometimes('ISSUER:sub', `${IN_SESSION}: \`sub\``),
  ofSet(sometimes('ISSUER:amr', `${IN_SESSION}: \`amr\``)),
  sometimes('ISSUER:oaud', `${IN_EXCHANGE}: \`aud\`; a set when there are several`),
  sometimes('ISSUER:email', `${IN_EXCHANGE}: \`email\``),
  ...PROVIDER_CLAIMS.flatMap(({ issuer, claims }) =>
    claims.map(({ name }) => sometimes(`${issuer}:${name}`, IN_EXCHANGE)),
  ),
  never('graph.facebook.com:…', 'only tokens of OpenID Connect are exchanged'),
  never('www.amazon.com:…', 'only tokens of OpenID Connect are exchanged'),
  never('saml:…', 'there are no SAML providers'),
]

/** The service authorization reference of STS and IAM, and the keys of other issuers' tokens. */
export const SERVICE_KEY_GROUPS: readonly ConditionKeyGroup[] = [
  { title: 'Of STS', keys: STS },
  { title: 'Of IAM', keys: IAM },
  { title: 'Of tokens of other issuers', keys: TOKENS },
]
