import {
  always,
  type ConditionKey,
  type ConditionKeyGroup,
  never,
  ofChosenSet,
  ofSet,
  sometimes,
} from './condition-key.ts'

const NO_SERVICES = 'no AWS service calls here'
const NO_ENDPOINTS = 'there are no VPC endpoints here; the address is `aws:SourceIp`'
const NO_MCP = 'no MCP server of AWS calls here'

/** Whose request it is: all but `aws:PrincipalArn` also of somebody who only has a token. */
const PRINCIPAL: readonly ConditionKey[] = [
  sometimes(
    'aws:PrincipalArn',
    'every signed request; of a session its role, of a federated user its own ARN',
  ),
  always(
    'aws:PrincipalAccount',
    'the account of the principal; for a token of another issuer that of its provider',
  ),
  sometimes('aws:PrincipalOrgID', 'a principal whose account is in an organization'),
  ofSet(sometimes('aws:PrincipalOrgPaths', 'a principal whose account is in an organization')),
  sometimes('aws:PrincipalTag/…', 'each tag of the user or role, overlaid by those of the session'),
  always(
    'aws:PrincipalIsAWSService',
    '`false`. AWS leaves it out of anonymous requests; that a call with a token of another issuer is one is UNVERIFIED',
  ),
  never('aws:PrincipalServiceName', NO_SERVICES),
  ofSet(never('aws:PrincipalServiceNamesList', NO_SERVICES)),
  always(
    'aws:PrincipalType',
    '`Account`, `User`, `AssumedRole` or `FederatedUser`; for a token of another issuer `User`',
  ),
  always('aws:userid', 'unique id of the principal, of a session with its name behind it'),
  sometimes('aws:username', 'users, with their key or with a session of `GetSessionToken`'),
]

const ACTS_FOR =
  'a session that a token was exchanged or asserted for, of a provider with a `ContextProvider`; also in `AssumeRoleWithWebIdentity`'

const SESSION: readonly ConditionKey[] = [
  never('aws:AssumedRoot', 'there is no `AssumeRoot`'),
  sometimes(
    'aws:FederatedProvider',
    '`AssumeRoleWithWebIdentity` and every call of its session, not of a role assumed from it',
  ),
  sometimes('aws:TokenIssueTime', 'every session: when it was made'),
  never('aws:SignInSessionArn', 'nobody signs in through AWS Sign-In'),
  never('aws:MultiFactorAuthAge', 'there are no MFA devices'),
  sometimes(
    'aws:MultiFactorAuthPresent',
    '`false` in every session, for there are no MFA devices. AWS leaves it out of federated sessions; here a Deny on it holds for them as well',
  ),
  never('aws:ChatbotSourceArn', 'no chat application calls here'),
  sometimes('aws:Ec2InstanceSourceVpc', 'a session with compute context of an instance'),
  sometimes('aws:Ec2InstanceSourcePrivateIPv4', 'a session with compute context of an instance'),
  sometimes(
    'aws:SourceIdentity',
    'a session with a source identity, and the roles assumed from it',
  ),
  sometimes('ec2:RoleDelivery', 'a session with compute context of an instance'),
  sometimes('ec2:SourceInstanceArn', 'a session with compute context of an instance'),
  never('glue:RoleAssumedBy', NO_SERVICES),
  sometimes('glue:CredentialIssuingService', 'a session with compute context of a Glue job'),
  never('codebuild:BuildArn', 'compute context has no claim for it'),
  never('codebuild:ProjectArn', 'compute context has no claim for it'),
  sometimes('lambda:SourceFunctionArn', 'a session with compute context of a function'),
  never('ssm:SourceInstanceArn', 'compute context has no claim for it'),
  sometimes('identitystore:UserId', 'a session with compute context of a workforce user'),
  sometimes('identitystore:IdentityStoreArn', 'a session with compute context of a workforce user'),
  sometimes('aws:OriginIdentity/Subject', ACTS_FOR),
  sometimes(
    'aws:OriginIdentity/SubjectType',
    `${ACTS_FOR}, where the \`ContextProvider\` says what it is: \`user\` or \`workload\``,
  ),
  sometimes('aws:OriginIdentity/Issuer', ACTS_FOR),
  sometimes('aws:OriginIdentity/FederatedProviderArn', ACTS_FOR),
  sometimes(
    'aws:TransactionContext/IdentityProvider/…',
    `${ACTS_FOR}: claims of the token that the \`ContextProvider\` keeps`,
  ),
]

const NETWORK: readonly ConditionKey[] = [
  always('aws:SourceIp', 'where the connection comes from; no forwarding header is believed'),
  never('aws:SourceVpc', NO_ENDPOINTS),
  never('aws:SourceVpcArn', NO_ENDPOINTS),
  never('aws:SourceVpce', NO_ENDPOINTS),
  never('aws:VpceAccount', NO_ENDPOINTS),
  never('aws:VpceOrgID', NO_ENDPOINTS),
  ofSet(never('aws:VpceOrgPaths', NO_ENDPOINTS)),
  never('aws:VpcSourceIp', NO_ENDPOINTS),
]

const RESOURCE: readonly ConditionKey[] = [
  always(
    'aws:ResourceAccount',
    'the account in the ARN of the resource, of `*` that of the principal; `aws` for the policies of AWS (the value is UNVERIFIED)',
  ),
  sometimes('aws:ResourceOrgID', 'a resource whose account is known here and in an organization'),
  ofSet(
    sometimes(
      'aws:ResourceOrgPaths',
      'a resource whose account is known here and in an organization',
    ),
  ),
  sometimes('aws:ResourceTag/…', 'each tag that the resource has before the call'),
]

const REQUEST: readonly ConditionKey[] = [
  ofSet(never('aws:CalledVia', NO_SERVICES)),
  never('aws:CalledViaFirst', NO_SERVICES),
  never('aws:CalledViaLast', NO_SERVICES),
  never('aws:CalledViaAWSMCP', NO_MCP),
  always('aws:ViaAWSService', '`false`: every call is direct'),
  always(
    'aws:ViaAWSMCPService',
    '`false`: every call is direct. AWS documents the value, and also that the key may be absent: UNVERIFIED',
  ),
  always('aws:CurrentTime', 'the instant of the call'),
  always('aws:EpochTime', 'the instant of the call, in seconds since 1970'),
  never('aws:referer', 'no page links to this API, and the header says what its sender likes'),
  always('aws:RequestedRegion', 'the region that the request is signed for, or the only one'),
  sometimes('aws:RequestTag/…', 'each tag that the request brings'),
  ofChosenSet(sometimes('aws:TagKeys', 'a request that names tags: their keys')),
  always('aws:SecureTransport', 'whether the client came over TLS'),
  never('aws:SourceAccount', NO_SERVICES),
  never('aws:SourceArn', NO_SERVICES),
  never('aws:SourceOrgID', NO_SERVICES),
  ofSet(never('aws:SourceOrgPaths', NO_SERVICES)),
  sometimes('aws:UserAgent', 'a request with the header'),
  never('aws:IsMcpServiceAction', NO_MCP),
]

/** The page "AWS global condition context keys" of the IAM User Guide, group by group. */
export const GLOBAL_KEY_GROUPS: readonly ConditionKeyGroup[] = [
  { title: 'Of the principal', keys: PRINCIPAL },
  { title: 'Of its session', keys: SESSION },
  { title: 'Of the network', keys: NETWORK },
  { title: 'Of the resource', keys: RESOURCE },
  { title: 'Of the request', keys: REQUEST },
]
