import { ERROR_TABLE } from '../errors.ts'
import { STS } from '../operations/apis.ts'
import type { WireResponse } from '../wire/message.ts'
import { formatErrorXml } from '../wire/query/format-error-xml.ts'

/** What AWS answers when the caller has done nothing wrong (AWS STS API: Common Errors). */
const MESSAGES = {
  Throttling: 'Rate exceeded',
  InternalFailure:
    'The request processing has failed because of an unknown error, exception or failure.',
  ServiceUnavailable: 'The request has failed due to a temporary failure of the server.',
} as const

/** An error of AWS's that a test can ask for. */
export type FailureCode = keyof typeof MESSAGES

/** No call was looked at, so none has an id. */
const REQUEST_ID = '00000000-0000-4000-8000-000000000000'

/** The answer of a call that fails on request. */
export function formatFailure(code: FailureCode): WireResponse {
  const error = { code, message: MESSAGES[code] }
  return {
    status: ERROR_TABLE[code].httpStatus,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': REQUEST_ID },
    body: formatErrorXml(error, STS.xmlNamespace, REQUEST_ID),
  }
}

/** Whether a test in JavaScript has named such an error. */
export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(MESSAGES, code)
}

/** The codes that exist, for the refusal of another. */
export const FAILURE_CODES = Object.keys(MESSAGES).join(', ')
