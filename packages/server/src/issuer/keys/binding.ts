import type { Binder } from '../../secrets/binder.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { formatKeyRecordId } from './record-id.ts'

/**
 * The key with the proof that Credence has written it. Who can write to the store and has no master key
 * can't make one, and so can't have a key of their own published.
 */
export function bindKey(binder: Binder, key: IssuerKey): IssuerKey {
  if (key.publicJwk === null) return { ...key, binding: null }
  return { ...key, binding: binder.bind(contextOf(key), encodeKey(key)) }
}

/** Whether place, state and public key are those that Credence has written. */
export function isKeyBound(binder: Binder, key: IssuerKey): boolean {
  return key.binding !== null && binder.isBound(contextOf(key), encodeKey(key), key.binding)
}

function contextOf(key: IssuerKey) {
  return { purpose: 'issuer-key', recordId: formatKeyRecordId(key) } as const
}

/** A list has its own brackets and commas, so that no two keys give the same text. */
function encodeKey({ state, backend, thumbprint, publicJwk }: IssuerKey): Uint8Array {
  const parts =
    publicJwk?.kty === 'RSA'
      ? [publicJwk.kty, publicJwk.n, publicJwk.e]
      : [publicJwk?.kty, publicJwk?.crv, publicJwk?.x, publicJwk?.y]
  return Buffer.from(JSON.stringify([state, backend, thumbprint, ...parts]))
}
