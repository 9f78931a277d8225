import { ServiceError } from '../../errors.ts'
import { SealError } from '../../secrets/sealer.ts'
import { required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { refuseSessionsOf } from './long-term-caller.ts'

/** What the pipeline seals a denial's details for; the record id is the account of the refused caller. */
export const AUTHORIZATION_MESSAGE = 'authorization-message'

/**
 * Opens the details of a denial: a refused caller gets them sealed, in a header of the answer, and
 * hands them to somebody who may read them (AWS STS API Reference: DecodeAuthorizationMessage). Only
 * messages of the caller's own account open.
 */
export const decodeAuthorizationMessage = defineOperation({
  api: STS,
  name: 'DecodeAuthorizationMessage',
  input: structure('DecodeAuthorizationMessageRequest', {
    encodedMessage: required(string({ minLength: 1, maxLength: 10_240 })),
  }),
  output: structure('DecodeAuthorizationMessageResponse', { decodedMessage: required(string()) }),
  authentication: 'signature',
  readOnly: true,
  effect: 'reads',
  rateClass: 'sts',
  requestParameters: () => null,
  checkInput: null,
  checkCaller: call =>
    refuseSessionsOf(['session-token', 'federated-user'], call, 'DecodeAuthorizationMessage'),
  permissions: () => [{ action: 'sts:DecodeAuthorizationMessage', resource: '*', context: [] }],
  run: async ({ encodedMessage }, { caller, services }) => {
    const context = { purpose: AUTHORIZATION_MESSAGE, recordId: caller.account.id } as const
    try {
      const opened = services.sealer.unseal(context, Buffer.from(encodedMessage, 'base64'))
      return {
        output: { decodedMessage: Buffer.from(opened).toString('utf8') },
        responseElements: null,
        additionalEventData: null,
      }
    } catch (cause) {
      if (!(cause instanceof SealError)) throw cause
      // The text is UNVERIFIED.
      throw new ServiceError('InvalidAuthorizationMessageException', 'Message is not valid', {
        cause,
      })
    }
  },
})
