import { ServiceError } from '../../errors.ts'
import { formatOidcProviderArn } from '../../principals/arn.ts'
import type { OidcProvider } from '../../principals/entities.ts'
import { type Infer, optional, required, string, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation, type Permission } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { describeOutput } from './describe-output.ts'
import { homeOf } from './find-entity.ts'
import { checkClientIds, checkProviderUrl, checkThumbprints } from './iam-oidc-provider.ts'
import { clientIdList, tags, thumbprintList } from './iam-shapes.ts'
import { answer } from './outcome.ts'
import { createQuotaError } from './quota.ts'
import { orRefuse } from './store-refusal.ts'
import { listRequestTags } from './tag-context.ts'
import { checkTags, OIDC_PROVIDER_TAGS } from './tagging.ts'

/** Providers of one account (AWS IAM User Guide: quotas); a listing gives all at once. */
const MAX_PROVIDERS = 100

const input = structure('CreateOpenIDConnectProviderRequest', {
  url: required(string({ minLength: 1, maxLength: 255 })),
  clientIDList: optional(clientIdList),
  thumbprintList: optional(thumbprintList),
  tags: optional(tags),
})

const output = structure('CreateOpenIDConnectProviderResponse', {
  openIDConnectProviderArn: required(string()),
  tags: required(tags),
})

type Input = Infer<typeof input>

/**
 * Registers an issuer whose tokens roles may trust. Its keys are not fetched before the first token
 * comes; thumbprints are kept and shown, never trusted (AWS IAM API Reference:
 * CreateOpenIDConnectProvider).
 */
export const createOpenIdConnectProvider = defineOperation({
  api: IAM,
  name: 'CreateOpenIDConnectProvider',
  input,
  output,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions,
  run,
})

/** Who makes a provider with tags must also be allowed to tag it. */
function permissions(request: Input, call: Call): readonly Permission[] {
  const { url, tags: requestTags = [] } = request
  const resource = formatArn(url, call)
  const context = listRequestTags(requestTags)
  const create = { action: 'iam:CreateOpenIDConnectProvider', resource, context }
  if (requestTags.length === 0) return [create]
  return [create, { action: 'iam:TagOpenIDConnectProvider', resource, context }]
}

async function run(request: Input, call: Call) {
  const { caller, nowMs, services } = call
  const { clientIDList = [], thumbprintList: thumbprints = [] } = request
  const url = checkProviderUrl(request.url)
  const provider: OidcProvider = {
    accountId: caller.account.id,
    arn: formatArn(url, call),
    url,
    clientIds: checkClientIds(clientIDList),
    thumbprints: checkThumbprints(thumbprints),
    createdAtMs: nowMs,
    tags: checkTags(OIDC_PROVIDER_TAGS, request.tags),
    inlineJwks: null,
  }
  const present = await services.store.listOidcProviders(caller.account.id)
  if (present.length >= MAX_PROVIDERS && present.every(each => each.arn !== provider.arn)) {
    throw createQuotaError('OpenIdConnectProvidersPerAccount', MAX_PROVIDERS)
  }
  await orRefuse(services.store.createOidcProvider(provider), {
    exists: () =>
      new ServiceError('EntityAlreadyExists', `Provider with url ${url} already exists.`),
  })
  const answered = { openIDConnectProviderArn: provider.arn, tags: provider.tags }
  return answer(answered, describeOutput(output, answered))
}

function formatArn(url: string, { caller }: Call) {
  return formatOidcProviderArn(homeOf(caller.account), url.replace(/^https:\/\//, ''))
}
