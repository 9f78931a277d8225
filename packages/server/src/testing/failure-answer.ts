import { STS } from '../operations/apis.ts'
import type { WireAnswer } from '../wire/message.ts'

/** What AWS answers when the caller has done nothing wrong (AWS STS API: Common Errors). */
const FAILURES = {
  Throttling: { status: 400, fault: 'Sender', message: 'Rate exceeded' },
  InternalFailure: {
    status: 500,
    fault: 'Receiver',
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  },
  ServiceUnavailable: {
    status: 503,
    fault: 'Receiver',
    message: 'The request has failed due to a temporary failure of the server.',
  },
} as const

/** An error of AWS's that a test can ask for. */
export type FailureCode = keyof typeof FAILURES

/** No call was looked at, so none has an id. */
const REQUEST_ID = '00000000-0000-4000-8000-000000000000'

/** The answer of a call that fails on request. */
export function formatFailure(code: FailureCode): WireAnswer {
  const { status, fault, message } = FAILURES[code]
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': REQUEST_ID },
    body: `<ErrorResponse xmlns="${STS.xmlNamespace}">
  <Error>
    <Type>${fault}</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId>${REQUEST_ID}</RequestId>
</ErrorResponse>
`,
  }
}

/** Whether a test in JavaScript has named such an error. */
export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(FAILURES, code)
}

/** The codes there are, for whoever has named another. */
export const FAILURE_CODES = Object.keys(FAILURES).join(', ')
