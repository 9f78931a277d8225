import { structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'

/**
 * Switches outbound federation off: no new tokens. Issuer, keys and documents stay, so tokens
 * already issued go on verifying (AWS IAM API Reference: DisableOutboundWebIdentityFederation;
 * aws-wire §2).
 */
export const disableOutboundWebIdentityFederation = defineOperation({
  api: IAM,
  name: 'DisableOutboundWebIdentityFederation',
  input: structure('DisableOutboundWebIdentityFederationRequest', {}),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: () => null,
  checkInput: null,
  checkCaller: null,
  permissions: () => [
    { action: 'iam:DisableOutboundWebIdentityFederation', resource: '*', context: [] },
  ],
  run: async (_input, { caller, nowMs, services }) => {
    await services.issuer.disableFederation(caller.account, nowMs)
    return { output: null, responseElements: null, additionalEventData: null }
  },
})
