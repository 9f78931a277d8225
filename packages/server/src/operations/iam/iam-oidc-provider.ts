import { ServiceError } from '../../errors.ts'
import { parseArn } from '../../principals/arn.ts'
import type { OidcProvider } from '../../principals/entities.ts'
import type { Call, Permission } from '../operation.ts'
import type { ContextPairs } from './iam-principal.ts'
import { createQuotaError } from './quota.ts'
import { orRefuse } from './store-refusal.ts'
import { listResourceTags } from './tag-context.ts'

/** Client ids of one provider (AWS IAM User Guide: quotas). */
const MAX_CLIENT_IDS = 100

/** Thumbprints of one provider (AWS IAM API Reference: CreateOpenIDConnectProvider). */
const MAX_THUMBPRINTS = 5

/** The permission for an action on a provider: on the ARN as it is named, with the provider's tags. */
export async function permitOnProvider(
  { caller, services }: Call,
  action: `iam:${string}`,
  arn: string,
  context: ContextPairs = [],
): Promise<readonly Permission[]> {
  const provider = await services.store.findOidcProvider(caller.account.id, arn)
  const tagContext = listResourceTags(provider?.tags ?? [])
  return [{ action, resource: arn, context: [...tagContext, ...context] }]
}

/** A provider of the caller's account. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function loadProvider({ caller, services }: Call, arn: string): Promise<OidcProvider> {
  requireProviderArn(arn)
  const provider = await services.store.findOidcProvider(caller.account.id, arn)
  if (provider === null) throw createMissingProviderError(arn)
  return provider
}

/** Saves a provider that was just looked up. @throws ServiceError `NoSuchEntity` when it has gone meanwhile */
export function saveProvider({ services }: Call, provider: OidcProvider): Promise<void> {
  return orRefuse(services.store.saveOidcProvider(provider), {
    missing: () => createMissingProviderError(provider.arn),
  })
}

/** Makes sure that a text is the ARN of a provider. @throws ServiceError `InvalidInput` */
export function requireProviderArn(text: string): void {
  const arn = parseArn(text)
  if (arn?.service === 'iam' && arn.resource.startsWith('oidc-provider/')) return
  // The text is UNVERIFIED for providers.
  throw new ServiceError('InvalidInput', `ARN ${text} is not valid.`)
}

/**
 * Checks the URL of an issuer: `https`, a host, perhaps a port and a path, nothing else. AWS wants no
 * port; issuers that people run themselves have one. The text is UNVERIFIED.
 * @returns the URL as it is given: tokens must name it so, letter by letter
 * @throws ServiceError `ValidationError`
 */
export function checkProviderUrl(url: string): string {
  const isPlain = /^https:\/\/[\u0021-\u007E]+$/.test(url) && !/[?#@\\]/.test(url)
  if (isPlain && URL.canParse(url)) return url
  throw new ServiceError('ValidationError', 'Invalid Open ID Connect Provider URL')
}

/** Checks whom tokens may be for; whoever is named twice counts once. @throws ServiceError `LimitExceeded` */
export function checkClientIds(clientIds: readonly string[]): readonly string[] {
  const distinct = [...new Set(clientIds)]
  if (distinct.length > MAX_CLIENT_IDS) {
    throw createQuotaError('ClientIdsPerOpenIdConnectProvider', MAX_CLIENT_IDS)
  }
  return distinct
}

/** Checks the thumbprints of certificates. @throws ServiceError `InvalidInput` */
export function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length <= MAX_THUMBPRINTS) return thumbprints
  // AWS's words; it takes five.
  throw new ServiceError('InvalidInput', 'Thumbprint list must contain fewer than 5 entries.')
}

function createMissingProviderError(arn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`)
}
