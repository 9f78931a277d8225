import { required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'

/**
 * Switches outbound federation on; the first time, makes the account's issuer and its keys (AWS IAM
 * API Reference: EnableOutboundWebIdentityFederation; aws-wire §2).
 */
export const enableOutboundWebIdentityFederation = defineIamOperation({
  name: 'EnableOutboundWebIdentityFederation',
  input: structure('EnableOutboundWebIdentityFederationRequest', {}),
  output: structure('EnableOutboundWebIdentityFederationResponse', {
    issuerIdentifier: required(string()),
  }),
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: () => null,
  permissions: () => [
    { action: 'iam:EnableOutboundWebIdentityFederation', resource: '*', context: [] },
  ],
  run: async (_input, { caller, nowMs, services }) => {
    const { issuerUrl } = await services.issuer.enableFederation(caller.account, nowMs)
    return {
      output: { issuerIdentifier: issuerUrl },
      responseElements: { issuerIdentifier: issuerUrl },
      additionalEventData: null,
    }
  },
})
