import { formatOidcProviderArn, toArnHome } from '../../../principals/arn.ts'
import { list, required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the ARNs of all registered issuers (AWS IAM API Reference: ListOpenIDConnectProviders). */
export const listOpenIdConnectProviders = defineIamOperation({
  name: 'ListOpenIDConnectProviders',
  input: structure('ListOpenIDConnectProvidersRequest', {}),
  output: structure('ListOpenIDConnectProvidersResponse', {
    openIDConnectProviderList: required(
      list(structure('OpenIDConnectProviderListEntry', { arn: required(string()) })),
    ),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (_input, { caller }) => [
    {
      action: 'iam:ListOpenIDConnectProviders',
      // AWS names all providers as the resource, though its reference lists none.
      resource: formatOidcProviderArn(toArnHome(caller.account), '*'),
      context: [],
    },
  ],
  run: async (_input, { caller, services }) => {
    const providers = await services.store.listOidcProviders(caller.account.id)
    return answer({ openIDConnectProviderList: providers.map(({ arn }) => ({ arn })) })
  },
})
