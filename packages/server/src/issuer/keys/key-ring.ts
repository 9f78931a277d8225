import type { SigningAlgorithm } from '../../principals/algorithms.ts'
import type { Binder } from '../../secrets/binder.ts'
import { PUBLISHED_STATES } from '../../store/key-ports.ts'
import type { IssuerKey } from '../../store/ports.ts'
import type { PublishedKey } from '../jwks.ts'
import { isKeyBound } from './binding.ts'

/** A key whose row is what Credence has written. */
export type TrustedKey = IssuerKey & PublishedKey & { readonly handle: Uint8Array }

/** The keys of one account, sorted by what may be done with them. */
export interface KeyRing {
  /** The published keys, oldest first. */
  readonly published: readonly TrustedKey[]
  /** Rows that Credence has not written. They are not published, and nothing is signed with them. */
  readonly refused: readonly IssuerKey[]
  /** The key that signs; undefined when there is none. */
  findActive(algorithm: SigningAlgorithm): TrustedKey | undefined
}

/**
 * Sorts the keys of one account. It looks at their states first, so that it never reads more of keys
 * that are not published.
 */
export function createKeyRing(keys: readonly IssuerKey[], binder: Binder): KeyRing {
  const current = keys.filter(({ state }) => PUBLISHED_STATES.includes(state))
  const isTrusted = (key: IssuerKey): key is TrustedKey =>
    key.thumbprint !== null &&
    key.publicJwk !== null &&
    key.handle !== null &&
    isKeyBound(binder, key)
  const published = current.filter(isTrusted)
  const trusted = new Set<IssuerKey>(published)
  return {
    published,
    refused: current.filter(key => !trusted.has(key)),
    findActive: algorithm =>
      published.find(key => key.algorithm === algorithm && key.state === 'active'),
  }
}
