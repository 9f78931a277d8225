/** Codes of OpenSSL and Node.js for a certificate that nothing on this machine vouches for. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Why `fetch` has failed. It wraps the reason that helps: `connect ECONNREFUSED 127.0.0.1:4747`. */
export function formatFetchError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'there was no answer in time'
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  // Several addresses were tried: each has its own reason, and the whole has no words.
  if (cause instanceof AggregateError) return cause.errors.map(formatCause).join('; ')
  return formatCause(cause)
}

function formatCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && typeof error.code === 'string' && UNTRUSTED.has(error.code)) {
    return `${error.message}; a private authority is trusted with NODE_EXTRA_CA_CERTS=FILE`
  }
  // The Fetch standard's list of ports of other protocols.
  if (error.message === 'bad port') return 'HTTP clients refuse to use this port'
  return error.message
}
