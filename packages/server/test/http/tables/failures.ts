import { tokenCall } from '../../support/token-call.ts'
import type { RefusalRow } from '../refusal.ts'

/** A grant while the audit cannot be written. */
export const AUDIT_FAILURE: RefusalRow = {
  what: 'a token that cannot be put on record',
  call: tokenCall(),
  refusal: [503, 'ServiceUnavailable', 'The call cannot be put on record.'],
}

/** A call of a principal that is not in memory while the store cannot be read. */
export const STORE_FAILURE: RefusalRow = {
  what: 'a caller who cannot be looked up',
  call: { parameters: { Action: 'GetCallerIdentity' } },
  refusal: [
    503,
    'ServiceUnavailable',
    'The request has failed due to a temporary failure of the server.',
  ],
}

/** A call that meets a defect. */
export const DEFECT: RefusalRow = {
  ...STORE_FAILURE,
  what: 'a call that meets what nobody has thought of',
  refusal: [500, 'InternalFailure', 'An internal error has occurred.'],
}
