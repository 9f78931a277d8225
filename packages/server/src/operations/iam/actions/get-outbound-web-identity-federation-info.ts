import { ServiceError } from '../../../errors.ts'
import { boolean, required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'

/**
 * Tells the issuer URL while federation is on. While it is off the answer is an error, never
 * `JwtVendingEnabled=false` (AWS IAM API Reference: GetOutboundWebIdentityFederationInfo;
 * aws-wire §2).
 */
export const getOutboundWebIdentityFederationInfo = defineIamOperation({
  name: 'GetOutboundWebIdentityFederationInfo',
  input: structure('GetOutboundWebIdentityFederationInfoRequest', {}),
  output: structure('GetOutboundWebIdentityFederationInfoResponse', {
    issuerIdentifier: required(string()),
    jwtVendingEnabled: required(boolean()),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: () => null,
  permissions: () => [
    { action: 'iam:GetOutboundWebIdentityFederationInfo', resource: '*', context: [] },
  ],
  run: async (_input, { caller, services }) => {
    const federation = await services.issuer.findFederation(caller.account)
    if (federation === null || !federation.enabled) {
      throw new ServiceError(
        'FeatureDisabled',
        `Outbound identity federation is disabled for account ${caller.account.id}`,
      )
    }
    return {
      output: { issuerIdentifier: federation.issuerUrl, jwtVendingEnabled: true },
      responseElements: null,
      additionalEventData: null,
    }
  },
})
