import { ERROR_TABLE, type ErrorCode } from '../../errors.ts'
import { escapeXml } from './escape-xml.ts'

/** The namespace of errors that AWS's framework answers before any API is found (aws-wire §1.5). */
const FRAMEWORK_NAMESPACE = 'http://webservices.amazon.com/AWSFault/2005-15-09'

/**
 * The body of an error, byte for byte as AWS lays it out (aws-wire §1.5). `serviceNamespace` is that
 * of the called API; errors of the framework carry their own. An error without a text has no
 * `Message` element, as on AWS.
 */
export function formatErrorXml(
  error: { readonly code: ErrorCode; readonly message: string },
  serviceNamespace: string,
  requestId: string,
): string {
  const { fault, namespace } = ERROR_TABLE[error.code]
  const xmlNamespace = namespace === 'framework' ? FRAMEWORK_NAMESPACE : serviceNamespace
  const message = error.message === '' ? '' : `    <Message>${escapeXml(error.message)}</Message>\n`
  return `<ErrorResponse xmlns="${xmlNamespace}">
  <Error>
    <Type>${fault}</Type>
    <Code>${error.code}</Code>
${message}  </Error>
  <RequestId>${escapeXml(requestId)}</RequestId>
</ErrorResponse>
`
}
