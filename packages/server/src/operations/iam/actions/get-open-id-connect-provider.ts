import { toContextProviderOutput } from '../../../changes/context-providers.ts'
import { optional, required, string, structure } from '../../../shapes/shape.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { loadProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn, clientIdList, contextProvider, dateTime, thumbprintList } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Shows a registered issuer, its URL without the scheme (AWS IAM API Reference: GetOpenIDConnectProvider). */
export const getOpenIdConnectProvider = defineIamOperation({
  name: 'GetOpenIDConnectProvider',
  input: structure('GetOpenIDConnectProviderRequest', { openIDConnectProviderArn: required(arn) }),
  output: structure('GetOpenIDConnectProviderResponse', {
    url: required(string()),
    clientIDList: required(clientIdList),
    thumbprintList: required(thumbprintList),
    createDate: required(dateTime),
    tags: required(tags),
    contextProvider: optional(contextProvider),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnProvider(call, 'iam:GetOpenIDConnectProvider', input.openIDConnectProviderArn),
  run: async (input, call) => {
    const provider = await loadProvider(call, input.openIDConnectProviderArn)
    return answer({
      url: provider.url.replace(/^https:\/\//, ''),
      clientIDList: provider.clientIds,
      thumbprintList: provider.thumbprints,
      createDate: provider.createdAtMs,
      tags: provider.tags,
      ...(provider.contextProvider !== null && {
        contextProvider: toContextProviderOutput(provider.contextProvider),
      }),
    })
  },
})
