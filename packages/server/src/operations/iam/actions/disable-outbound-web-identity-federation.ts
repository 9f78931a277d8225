import { structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'

/**
 * Switches outbound federation off: no new tokens. Issuer, keys and documents stay, so tokens
 * already issued go on verifying (AWS IAM API Reference: DisableOutboundWebIdentityFederation;
 * aws-wire §2).
 */
export const disableOutboundWebIdentityFederation = defineIamOperation({
  name: 'DisableOutboundWebIdentityFederation',
  input: structure('DisableOutboundWebIdentityFederationRequest', {}),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: () => null,
  permissions: () => [
    { action: 'iam:DisableOutboundWebIdentityFederation', resource: '*', context: [] },
  ],
  run: async (_input, { caller, nowMs, services }) => {
    await services.issuer.disableFederation(caller.account, nowMs)
    return { output: null, responseElements: null, additionalEventData: null }
  },
})
