import { required, structure } from '../../../shapes/shape.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { loadProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn, pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { listTags } from '../tagging.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the tags of a registered issuer (AWS IAM API Reference: ListOpenIDConnectProviderTags). */
export const listOpenIdConnectProviderTags = defineIamOperation({
  name: 'ListOpenIDConnectProviderTags',
  input: structure('ListOpenIDConnectProviderTagsRequest', {
    openIDConnectProviderArn: required(arn),
    ...pageInput,
  }),
  output: structure('ListOpenIDConnectProviderTagsResponse', {
    tags: required(tags),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permissionsOnProvider(call, 'iam:ListOpenIDConnectProviderTags', providerArn),
  run: async (input, call) => {
    const provider = await loadProvider(call, input.openIDConnectProviderArn)
    return answer(listTags(provider.tags, input))
  },
})
