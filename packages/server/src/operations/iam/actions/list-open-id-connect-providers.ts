import { formatOidcProviderArn, toArnHome } from '../../../principals/arn.ts'
import { boolean, list, required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the ARNs of all registered issuers (AWS IAM API Reference: ListOpenIDConnectProviders). */
export const listOpenIdConnectProviders = defineIamOperation({
  name: 'ListOpenIDConnectProviders',
  input: structure('ListOpenIDConnectProvidersRequest', {}),
  output: structure('ListOpenIDConnectProvidersResponse', {
    openIDConnectProviderList: required(
      list(
        structure('OpenIDConnectProviderListEntry', {
          arn: required(string()),
          isTrustedIdentityPropagationEnabled: required(boolean()),
        }),
      ),
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
    return answer({
      openIDConnectProviderList: providers.map(({ arn, contextProvider }) => ({
        arn,
        // AWS asks for an instance of IAM Identity Center as well, of which there are none here.
        isTrustedIdentityPropagationEnabled: contextProvider !== null,
      })),
    })
  },
})
