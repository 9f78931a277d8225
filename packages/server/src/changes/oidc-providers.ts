import { ServiceError } from '../errors.ts'
import { formatOidcProviderArn, parseArn, toArnHome } from '../principals/arn.ts'
import type { Account, OidcProvider } from '../principals/entities.ts'
import type { Tag } from '../principals/tags.ts'
import type { OidcProviderStore } from '../store/iam-ports.ts'
import { type ContextProviderOptions, checkContextProvider } from './context-providers.ts'
import { findIssuerOwner } from './issuer-owner.ts'
import { mapStoreError } from './map-store-error.ts'
import { createQuotaError, MAX_CLIENT_IDS, MAX_OIDC_PROVIDERS, MAX_THUMBPRINTS } from './quotas.ts'
import { noSuchProvider, providerExists } from './refusals.ts'
import { checkTags, OIDC_PROVIDER_TAGS } from './tags.ts'
import type { Patch, Turn } from './turn.ts'

const MAX_URL_CHARACTERS = 255
const MAX_CLIENT_ID_CHARACTERS = 255
const THUMBPRINT_CHARACTERS = 40

/** What a registered issuer is made of. */
export interface OidcProviderOptions {
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
  readonly tags: readonly Tag[]
  /** JSON text of the keys of an issuer that cannot be reached; null to fetch them. */
  readonly inlineJwks: string | null
  /** Names the claims that say on whose behalf sessions act. Null for none. */
  readonly contextProvider: ContextProviderOptions | null
}

/** The parts of a registered issuer that can change. */
export type OidcProviderPatch = Patch<Omit<OidcProviderOptions, 'url'>>

/**
 * Registers an issuer whose tokens roles may trust.
 * @throws ServiceError `ValidationError`, `LimitExceeded`, `InvalidInput`, `EntityAlreadyExists`
 */
export async function createOidcProvider(
  turn: Turn,
  account: Account,
  options: OidcProviderOptions,
): Promise<OidcProvider> {
  const { store, nowMs, trustRules } = turn
  await refuseOwnIssuer(turn, account, options.url)
  const url = checkProviderUrl(options.url, trustRules.listedOrigins)
  const provider: OidcProvider = {
    accountId: account.id,
    arn: formatOidcProviderArn(toArnHome(account), url),
    url,
    clientIds: checkClientIds(options.clientIds),
    thumbprints: checkThumbprints(options.thumbprints),
    createdAtMs: nowMs,
    tags: checkTags(OIDC_PROVIDER_TAGS, options.tags),
    inlineJwks: options.inlineJwks,
    contextProvider:
      options.contextProvider === null ? null : checkContextProvider(options.contextProvider),
  }
  const present = await store.listOidcProviders(account.id)
  if (present.length >= MAX_OIDC_PROVIDERS && present.every(({ arn }) => arn !== provider.arn)) {
    throw createQuotaError('OpenIdConnectProvidersPerAccount', MAX_OIDC_PROVIDERS)
  }
  await mapStoreError(store.createOidcProvider(provider), {
    exists: () => providerExists(url),
  })
  return provider
}

/**
 * Changes those parts of a registered issuer that are given, and leaves the rest.
 * @throws ServiceError `ValidationError`, `LimitExceeded`, `InvalidInput`
 */
export async function changeOidcProvider(
  { store }: Turn,
  provider: OidcProvider,
  patch: OidcProviderPatch,
): Promise<void> {
  const { clientIds, thumbprints, tags, inlineJwks = provider.inlineJwks, contextProvider } = patch
  await store.saveOidcProvider({
    ...provider,
    clientIds: clientIds === undefined ? provider.clientIds : checkClientIds(clientIds),
    thumbprints: thumbprints === undefined ? provider.thumbprints : checkThumbprints(thumbprints),
    tags: tags === undefined ? provider.tags : checkTags(OIDC_PROVIDER_TAGS, tags),
    inlineJwks,
    ...(contextProvider !== undefined && {
      contextProvider: contextProvider === null ? null : checkContextProvider(contextProvider),
    }),
  })
}

/** Deletes a registered issuer. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function deleteOidcProvider(
  { store }: Turn,
  account: Account,
  arn: string,
): Promise<void> {
  await requireProvider(store, account, arn)
  await store.deleteOidcProvider(account.id, arn)
}

/** A provider of an account. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function requireProvider(
  store: Pick<OidcProviderStore, 'findOidcProvider'>,
  account: Account,
  arn: string,
): Promise<OidcProvider> {
  requireProviderArn(arn)
  const provider = await store.findOidcProvider(account.id, arn)
  if (provider !== null) return provider
  throw noSuchProvider(arn)
}

function requireProviderArn(text: string): void {
  const arn = parseArn(text)
  if (arn?.service === 'iam' && arn.resource.startsWith('oidc-provider/')) return
  // The text is UNVERIFIED for providers.
  throw new ServiceError('InvalidInput', `ARN ${text} is not valid.`)
}

/**
 * Accepts `https`, a host, perhaps a port and a path, and nothing else. `http` is accepted for an
 * origin that the operator lists. AWS accepts no port, but issuers that people run themselves often
 * have one. The text is UNVERIFIED.
 * @returns the URL as it is given: tokens must name it so, letter by letter
 */
function checkProviderUrl(url: string, listedOrigins: readonly string[]): string {
  const isPlain = /^https?:\/\/[\u0021-\u007E]+$/.test(url) && !/[?#@\\]/.test(url)
  const parsed = URL.parse(url)
  const [, , host = ''] = url.split('/', 3)
  const namesHost = parsed !== null && host.toLowerCase().replace(/:\d+$/, '') === parsed.hostname
  if (isPlain && namesHost && url.length <= MAX_URL_CHARACTERS) {
    if (parsed.protocol === 'https:' || listedOrigins.includes(parsed.origin)) return url
  }
  throw new ServiceError('ValidationError', 'Invalid Open ID Connect Provider URL')
}

/**
 * Refuses an issuer of this installation in the account's own partition. Within a partition, callers
 * assume roles and do not federate. The text was observed through CloudFormation; the code is
 * UNVERIFIED (aws-wire-news §1.5).
 */
async function refuseOwnIssuer(
  { store, trustRules }: Turn,
  { partition }: Account,
  url: string,
): Promise<void> {
  const issuerId = trustRules.findOwnIssuerId(url)
  if (issuerId === null) return
  const owner = await findIssuerOwner(store, issuerId)
  if (owner !== null && owner.partition !== partition) return
  throw new ServiceError(
    'InvalidInput',
    'Creating an OIDC provider with an STS issuer URL from the same partition is not supported. Within a partition, use AssumeRole instead of web identity federation.',
  )
}

/** An audience that is named twice counts once. */
function checkClientIds(clientIds: readonly string[]): readonly string[] {
  const distinct = [...new Set(clientIds)]
  if (distinct.length > MAX_CLIENT_IDS) {
    throw createQuotaError('ClientIdsPerOpenIdConnectProvider', MAX_CLIENT_IDS)
  }
  if (distinct.every(({ length }) => length > 0 && length <= MAX_CLIENT_ID_CHARACTERS)) {
    return distinct
  }
  throw new ServiceError('ValidationError', 'A client ID has 1 to 255 characters.')
}

function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > MAX_THUMBPRINTS) {
    // The text is AWS's, and AWS accepts five.
    throw new ServiceError('InvalidInput', 'Thumbprint list must contain fewer than 5 entries.')
  }
  if (thumbprints.every(({ length }) => length === THUMBPRINT_CHARACTERS)) return thumbprints
  throw new ServiceError('ValidationError', 'A thumbprint has 40 characters.')
}
