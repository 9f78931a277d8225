import { ServiceError } from '../../errors.ts'
import { isAccessKeyId } from '../../principals/identifiers.ts'
import { required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { refuseSessionsOf } from './long-term-caller.ts'

/**
 * The account of a long-term access key, whatever its state (AWS STS API Reference: GetAccessKeyInfo).
 * Real AWS can tell it of temporary keys too, from the key id alone; here the id says nothing, so that
 * a key that this installation does not keep is an invalid parameter (code UNVERIFIED).
 */
export const getAccessKeyInfo = defineOperation({
  api: STS,
  name: 'GetAccessKeyInfo',
  input: structure('GetAccessKeyInfoRequest', {
    accessKeyId: required(string({ minLength: 16, maxLength: 128, pattern: '[\\w]*' })),
  }),
  output: structure('GetAccessKeyInfoResponse', { account: required(string()) }),
  authentication: 'signature',
  readOnly: true,
  effect: 'reads',
  rateClass: 'sts',
  requestParameters: ({ accessKeyId }) => ({ accessKeyId }),
  checkInput: null,
  checkCaller: call =>
    refuseSessionsOf(['session-token', 'federated-user'], call, 'GetAccessKeyInfo'),
  permissions: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*', context: [] }],
  run: async ({ accessKeyId }, { services }) => {
    const account = isAccessKeyId(accessKeyId)
      ? await services.directory.findKeyAccount(accessKeyId)
      : null
    if (account === null) {
      throw new ServiceError('InvalidParameterValue', 'The access key id is not known here.')
    }
    return { output: { account }, responseElements: null, additionalEventData: null }
  },
})
