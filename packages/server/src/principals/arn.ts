import type { AccountId } from './identifiers.ts'

/** The partitions that an ARN may name (botocore `partitions.json`). */
export const PARTITIONS = [
  'aws',
  'aws-cn',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-us-gov',
] as const

/** First part of an ARN after `arn:`. */
export type Partition = (typeof PARTITIONS)[number]

/** An ARN as text. Only the functions of this file make one. */
export type Arn = string & { readonly [arnBrand]: true }
declare const arnBrand: unique symbol

/** The six colon-separated parts of an ARN; `resource` keeps its own colons. */
export interface ArnParts {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Splits an ARN; null when the text is not one (six parts, first `arn`, resource not empty). */
export function parseArn(text: string): ArnParts | null {
  const [prefix, partition, service, region, account, ...rest] = text.split(':')
  const resource = rest.join(':')
  if (prefix !== 'arn' || !partition || !service || resource === '') return null
  return { partition, service, region: region ?? '', account: account ?? '', resource }
}

/** The partition and the account that go into an ARN. */
export interface ArnHome {
  readonly partition: Partition
  readonly accountId: AccountId
}

/** The partition and the account in the ARNs of an account's entities. */
export function toArnHome(account: {
  readonly partition: Partition
  readonly id: AccountId
}): ArnHome {
  return { partition: account.partition, accountId: account.id }
}

/** `arn:aws:iam::123456789012:root` */
export function formatRootArn(home: ArnHome): Arn {
  return iamArn(home, 'root')
}

/** `arn:aws:iam::123456789012:user/path/name`; `path` begins and ends with `/`. */
export function formatUserArn(home: ArnHome, path: string, name: string): Arn {
  return iamArn(home, `user${path}${name}`)
}

/** `arn:aws:iam::123456789012:group/path/name` */
export function formatGroupArn(home: ArnHome, path: string, name: string): Arn {
  return iamArn(home, `group${path}${name}`)
}

/** `arn:aws:iam::123456789012:role/path/name`: what `sub` names for a session of the role. */
export function formatRoleArn(home: ArnHome, path: string, name: string): Arn {
  return iamArn(home, `role${path}${name}`)
}

/** `arn:aws:iam::123456789012:instance-profile/path/name` */
export function formatInstanceProfileArn(home: ArnHome, path: string, name: string): Arn {
  return iamArn(home, `instance-profile${path}${name}`)
}

/** `arn:aws:iam::123456789012:server-certificate/path/name` */
export function formatServerCertificateArn(home: ArnHome, path: string, name: string): Arn {
  return iamArn(home, `server-certificate${path}${name}`)
}

/** `arn:aws:iam::123456789012:policy/path/name`: a customer-managed policy. */
export function formatManagedPolicyArn(home: ArnHome, path: string, name: string): Arn {
  return iamArn(home, `policy${path}${name}`)
}

/** `arn:aws:iam::123456789012:oidc-provider/host/path`; `issuer` is the provider's URL, with or without its scheme. */
export function formatOidcProviderArn(home: ArnHome, issuer: string): Arn {
  return iamArn(home, `oidc-provider/${issuer.replace(/^https?:\/\//, '')}`)
}

/** The issuer of an OIDC provider by the provider's ARN: without its scheme, as condition keys name it. */
export function findProviderIssuer(providerArn: string): string {
  return providerArn.slice(providerArn.indexOf('/') + 1)
}

/** `arn:aws:sts::123456789012:assumed-role/RoleName/Session`: the role's path is dropped. */
export function formatAssumedRoleArn(home: ArnHome, roleName: string, sessionName: string): Arn {
  return stsArn(home, `assumed-role/${roleName}/${sessionName}`)
}

/** `arn:aws:sts::123456789012:federated-user/Name` */
export function formatFederatedUserArn(home: ArnHome, name: string): Arn {
  return stsArn(home, `federated-user/${name}`)
}

/** Whether it is the ARN of a federated user. The store has no record of such users. */
export function isFederatedUserArn(arn: string): boolean {
  const parts = parseArn(arn)
  return parts?.service === 'sts' && parts.resource.startsWith('federated-user/')
}

/** The resource that `sts:GetWebIdentityToken` is authorised on: `arn:aws:sts::ACCOUNT:self`. */
export function formatSelfArn(home: ArnHome): Arn {
  return stsArn(home, 'self')
}

function iamArn(home: ArnHome, resource: string): Arn {
  return `arn:${home.partition}:iam::${home.accountId}:${resource}` as Arn
}

function stsArn(home: ArnHome, resource: string): Arn {
  return `arn:${home.partition}:sts::${home.accountId}:${resource}` as Arn
}
