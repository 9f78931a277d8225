import { listJwkMembers } from '../../principals/public-jwk.ts'
import type { Binder } from '../../secrets/binder.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { formatKeyRecordId } from './record-id.ts'

/** A row of a signing key is not what Credence has written: it may only be revoked. */
export class ForeignKeyError extends Error {
  override readonly name = 'ForeignKeyError'

  constructor(key: IssuerKey) {
    super(
      `The ${key.state} key ${formatKeyRecordId(key)} in the store was not written by Credence. \`credence key list\` has its kid; \`credence key revoke\` with it has another one made.`,
    )
  }
}

/**
 * The key with the proof that Credence has written it. Somebody who can write to the store but has no
 * master key can't make this proof, and so can't get a key of their own published.
 */
export function bindKey(binder: Binder, key: IssuerKey): IssuerKey {
  if (key.publicJwk === null) return { ...key, binding: null }
  return { ...key, binding: binder.bind(contextOf(key), encodeKey(key)) }
}

/** Whether Credence has written the place, the state and the public key. */
export function isKeyBound(binder: Binder, key: IssuerKey): boolean {
  return key.binding !== null && binder.isBound(contextOf(key), encodeKey(key), key.binding)
}

/** @throws ForeignKeyError when place, state and public key are not those that Credence has written */
export function requireOwnKey(binder: Binder, key: IssuerKey): void {
  if (!isKeyBound(binder, key)) throw new ForeignKeyError(key)
}

function contextOf(key: IssuerKey) {
  return { purpose: 'issuer-key', recordId: formatKeyRecordId(key) } as const
}

/** A list has its own brackets and commas, so that no two keys give the same text. */
function encodeKey({ state, backend, thumbprint, publicJwk }: IssuerKey): Uint8Array {
  const parts = publicJwk === null ? [] : listJwkMembers(publicJwk).map(([, value]) => value)
  return Buffer.from(JSON.stringify([state, backend, thumbprint, ...parts]))
}
