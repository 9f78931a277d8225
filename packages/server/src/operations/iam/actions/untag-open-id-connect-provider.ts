import { OIDC_PROVIDER_TAGS, removeTags } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listTagKeys } from '../../tag-context.ts'
import { tagKeys } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes tags from a registered issuer (AWS IAM API Reference: UntagOpenIDConnectProvider). */
export const untagOpenIdConnectProvider = defineIamOperation({
  name: 'UntagOpenIDConnectProvider',
  input: structure('UntagOpenIDConnectProviderRequest', {
    openIDConnectProviderArn: required(arn),
    tagKeys: optional(tagKeys),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ openIDConnectProviderArn: providerArn, tagKeys: keys = [] }, call) =>
    permissionsOnProvider(call, 'iam:UntagOpenIDConnectProvider', providerArn, listTagKeys(keys)),
  run: async ({ openIDConnectProviderArn: providerArn, tagKeys: keys = [] }, call) => {
    await changeProvider(call, providerArn, provider => ({
      tags: removeTags(OIDC_PROVIDER_TAGS, provider.tags, keys),
    }))
    return DONE
  },
})
