import { addTags, OIDC_PROVIDER_TAGS } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listRequestTags } from '../../tag-context.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Adds tags to a registered issuer, or replaces their values (AWS IAM API Reference:
 * TagOpenIDConnectProvider).
 */
export const tagOpenIdConnectProvider = defineIamOperation({
  name: 'TagOpenIDConnectProvider',
  input: structure('TagOpenIDConnectProviderRequest', {
    openIDConnectProviderArn: required(arn),
    tags: optional(tags),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ openIDConnectProviderArn: providerArn, tags: added = [] }, call) =>
    permissionsOnProvider(
      call,
      'iam:TagOpenIDConnectProvider',
      providerArn,
      listRequestTags(added),
    ),
  run: async ({ openIDConnectProviderArn: providerArn, tags: added = [] }, call) => {
    await changeProvider(call, providerArn, provider => ({
      tags: addTags(OIDC_PROVIDER_TAGS, provider.tags, added),
    }))
    return DONE
  },
})
