import type { FetchDocument } from './fetch-document.ts'
import { readFreshSeconds } from './freshness.ts'
import { type KeySet, parseDocument, parseKeySet } from './key-set.ts'
import { KeySourceError } from './key-source-error.ts'

/** Keys as they came from their issuer. */
export interface LoadedKeySet {
  readonly keySet: KeySet
  /** How long the issuer says that they stay fresh; null when it doesn't say. */
  readonly freshSeconds: number | null
}

/**
 * Loads an issuer's keys: its discovery document, then the JWK Set that it names (OpenID Connect
 * Discovery 1.0 §4). The document must name this very issuer, or somebody else's keys would count.
 * @throws KeySourceError
 */
export async function loadKeySet(
  issuer: string,
  fetchDocument: FetchDocument,
  signal: AbortSignal,
): Promise<LoadedKeySet> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const discovery = await fetchDocument(address, issuer, signal)
  const members = parseDocument(discovery.text, 'the discovery document')
  if (members.get('issuer') !== issuer) {
    throw new KeySourceError('unusable', `the discovery document is not that of ${issuer}`)
  }
  const jwksUri = members.get('jwks_uri')
  if (typeof jwksUri !== 'string') {
    throw new KeySourceError('unusable', 'the discovery document has no jwks_uri')
  }
  const jwks = await fetchDocument(jwksUri, issuer, signal)
  return { keySet: parseKeySet(jwks.text), freshSeconds: readFreshSeconds(jwks) }
}
