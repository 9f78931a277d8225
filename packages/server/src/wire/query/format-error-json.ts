import { ERROR_TABLE, type ErrorCode } from '../../errors.ts'

/**
 * The body of an error in JSON (aws-wire-news §7). An error without a text has no `Message`, as in XML
 * (UNVERIFIED).
 */
export function formatErrorJson(
  { code, message }: { readonly code: ErrorCode; readonly message: string },
  requestId: string,
): string {
  const text = message === '' ? {} : { Message: message }
  return JSON.stringify({
    Error: { Code: code, ...text, Type: ERROR_TABLE[code].fault },
    RequestId: requestId,
  })
}
