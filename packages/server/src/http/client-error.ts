/**
 * The HTTP status for an error that node's server reports about a client. Null when there is nobody to
 * answer, because the connection is gone or the TLS handshake failed. A head over the limit is 400 as
 * on AWS (aws-wire §1.5), not 431.
 */
export function findClientErrorStatus(code: string | undefined): number | null {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413
    default:
      return code?.startsWith('HPE_') ? 400 : null
  }
}
