import { required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { defineOperation } from '../operation.ts'

/**
 * Says who signed the request. Needs no permission and cannot be denied by a policy (AWS STS API
 * Reference: GetCallerIdentity; aws-wire §8).
 */
export const getCallerIdentity = defineOperation({
  api: STS,
  name: 'GetCallerIdentity',
  input: structure('GetCallerIdentityRequest', {}),
  output: structure('GetCallerIdentityResponse', {
    arn: required(string()),
    userId: required(string()),
    account: required(string()),
  }),
  authentication: 'signature',
  readOnly: true,
  effect: 'reads',
  rateClass: 'sts',
  requestParameters: () => null,
  checkInput: null,
  checkCaller: null,
  permissions: 'none',
  run: async (_input, { caller }) => ({
    output: { arn: caller.arn, userId: caller.userId, account: caller.account.id },
    responseElements: null,
    additionalEventData: null,
  }),
})
