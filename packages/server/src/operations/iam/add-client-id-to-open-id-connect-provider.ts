import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { changeProvider, permitOnProvider } from './iam-oidc-provider.ts'
import { arn, clientId } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/**
 * Lets tokens of an issuer be for one more audience; one that is there already does not matter (AWS
 * IAM API Reference: AddClientIDToOpenIDConnectProvider).
 */
export const addClientIdToOpenIdConnectProvider = defineOperation({
  api: IAM,
  name: 'AddClientIDToOpenIDConnectProvider',
  input: structure('AddClientIDToOpenIDConnectProviderRequest', {
    openIDConnectProviderArn: required(arn),
    clientID: required(clientId),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permitOnProvider(call, 'iam:AddClientIDToOpenIDConnectProvider', providerArn),
  run: async ({ openIDConnectProviderArn: providerArn, clientID }, call) => {
    await changeProvider(call, providerArn, ({ clientIds }) => ({
      clientIds: [...clientIds, clientID],
    }))
    return DONE
  },
})
