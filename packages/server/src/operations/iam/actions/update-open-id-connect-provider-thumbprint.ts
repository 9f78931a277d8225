import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeProvider, permissionsOnProvider } from '../iam-oidc-provider.ts'
import { arn, thumbprintList } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Replaces the thumbprints of an issuer (AWS IAM API Reference: UpdateOpenIDConnectProviderThumbprint). */
export const updateOpenIdConnectProviderThumbprint = defineIamOperation({
  name: 'UpdateOpenIDConnectProviderThumbprint',
  input: structure('UpdateOpenIDConnectProviderThumbprintRequest', {
    openIDConnectProviderArn: required(arn),
    thumbprintList: required(thumbprintList),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permissionsOnProvider(call, 'iam:UpdateOpenIDConnectProviderThumbprint', providerArn),
  run: async ({ openIDConnectProviderArn: providerArn, thumbprintList: thumbprints }, call) => {
    await changeProvider(call, providerArn, () => ({ thumbprints }))
    return DONE
  },
})
