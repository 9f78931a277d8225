import type { KeyPrincipal } from '../../policy/request-keys.ts'
import { type ArnParts, parseArn } from '../../principals/arn.ts'
import type { ContextPairs } from '../operation.ts'

/** What of the caller decides what a request is about that names nothing. */
export type DefaultPrincipal = Pick<KeyPrincipal, 'kind' | 'principalArn'>

/** What a permission of STS is about that names nothing: the caller itself. */
const ON_SELF = (home: ArnParts): string => `arn:${home.partition}:sts::${home.account}:self`

/** What the lists of IAM are about when no path is given. */
const ON_PATH =
  (path: string) =>
  (home: ArnParts): string =>
    `arn:${home.partition}:iam::${home.account}:${path}`

/** The resource of actions whose requests need not, or can't, name one; by action in lower case. */
const DEFAULT_RESOURCES: ReadonlyMap<string, (home: ArnParts) => string> = new Map([
  ['sts:getwebidentitytoken', ON_SELF],
  ['sts:taggetwebidentitytoken', ON_SELF],
  ['sts:setwebidentitytokenscope', ON_SELF],
  ['iam:listusers', ON_PATH('user/')],
  ['iam:listgroups', ON_PATH('group/')],
  ['iam:listroles', ON_PATH('role/')],
  ['iam:listinstanceprofiles', ON_PATH('instance-profile/')],
  ['iam:listopenidconnectproviders', ON_PATH('oidc-provider/*')],
  ['iam:listpolicies', () => 'policy path /'],
])

/** Actions that are about the user who asks, where no other is named. */
const ON_OWN_USER: ReadonlySet<string> = new Set(
  [
    'CreateAccessKey',
    'CreateLoginProfile',
    'DeleteAccessKey',
    'DeleteLoginProfile',
    'GetLoginProfile',
    'GetUser',
    'ListAccessKeys',
    'ListMFADevices',
    'ListSSHPublicKeys',
    'ListServiceSpecificCredentials',
    'ListSigningCertificates',
    'UpdateAccessKey',
  ].map(name => `iam:${name.toLowerCase()}`),
)

/**
 * The resource that the server asks the policies about when a request names none. `*` where the
 * action has none, and where it can't be known from the caller alone.
 */
export function findDefaultResource(action: string, principal: DefaultPrincipal): string {
  const name = action.toLowerCase()
  const home = parseArn(principal.principalArn)
  if (home === null) return '*'
  if (ON_OWN_USER.has(name)) {
    if (principal.kind === 'user') return principal.principalArn
    return principal.kind === 'root' ? ON_PATH('root')(home) : '*'
  }
  return DEFAULT_RESOURCES.get(name)?.(home) ?? '*'
}

const TOKEN_DEFAULTS: ContextPairs = [
  ['sts:DurationSeconds', '300'],
  ['sts:SubjectMode', 'AWSIdentity'],
]

const DEFAULT_PARAMETERS: ReadonlyMap<string, ContextPairs> = new Map([
  ['sts:getwebidentitytoken', TOKEN_DEFAULTS],
  ['sts:taggetwebidentitytoken', TOKEN_DEFAULTS],
  ['sts:setwebidentitytokenscope', TOKEN_DEFAULTS],
])

/** The condition keys of parameters that have a value even when the request leaves them out. */
export function listDefaultParameters(action: string): ContextPairs {
  return DEFAULT_PARAMETERS.get(action.toLowerCase()) ?? []
}
