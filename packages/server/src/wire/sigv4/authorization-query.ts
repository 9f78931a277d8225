import { ServiceError } from '../../errors.ts'
import { type EncodedParameter, findQueryValue, SIGNATURE_PARAMETER } from './canonical-query.ts'
import type { AuthorizationParameters } from './claim.ts'
import { missingAuthentication } from './refusals.ts'
import { ALGORITHM } from './string-to-sign.ts'

/** The parameter that makes a URL a presigned one. */
export const ALGORITHM_PARAMETER = 'X-Amz-Algorithm'

/**
 * Rows 7a to 7d of aws-wire §7.3: reads the parameters of a presigned URL. Of equal ones the first
 * counts. `X-Amz-Expires` is ignored, as by STS (aws-wire §7.2).
 * @throws ServiceError `MissingAuthenticationToken`, `IncompleteSignature`
 */
export function parseAuthorizationQuery(
  algorithm: string,
  query: readonly EncodedParameter[],
): AuthorizationParameters {
  if (algorithm !== ALGORITHM) throw missingAuthentication()
  const credential = findQueryValue(query, 'X-Amz-Credential')
  const signature = findQueryValue(query, SIGNATURE_PARAMETER)
  const signedHeaders = findQueryValue(query, 'X-Amz-SignedHeaders')
  const date = findQueryValue(query, 'X-Amz-Date')
  if (credential === null || signature === null || signedHeaders === null || date === null) {
    const missing = [
      ...(credential === null ? ['X-Amz-Credential'] : []),
      ...(signature === null ? [SIGNATURE_PARAMETER] : []),
      ...(signedHeaders === null ? ['X-Amz-SignedHeaders'] : []),
      ...(date === null ? ['X-Amz-Date'] : []),
    ].map(name => `AWS query-string parameters must include '${name}'.`)
    throw new ServiceError(
      'IncompleteSignature',
      `${missing.join(' ')} Re-examine the query-string parameters.`,
    )
  }
  return {
    mechanism: 'query',
    credential,
    signedHeaders,
    signature,
    date,
    sessionToken: findQueryValue(query, 'X-Amz-Security-Token'),
  }
}
