import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'
import { MASTER_KEY_ID_BYTES, type MasterKey } from './master-key.ts'

/** What a value is, and whose: another's proof does not hold for it. */
export interface BindContext {
  readonly purpose: 'issuer-key' | 'master-key-change'
  readonly recordId: string
}

/** Proves that a program with the master key has written a value that is no secret. */
export interface Binder {
  /** The proof of a content; it names the master key that it needs. */
  bind(context: BindContext, content: Uint8Array): Uint8Array
  /** Whether the proof is of this content and context, under this master key. */
  isBound(context: BindContext, content: Uint8Array, proof: Uint8Array): boolean
}

const FORMAT = 1
const HEADER_BYTES = 1 + MASTER_KEY_ID_BYTES
const KEY_BYTES = 32

/** HMAC-SHA-256 under a key of its own, derived from the master key: format (1 byte), master-key id (8), MAC (32). */
export function createBinder(masterKey: MasterKey): Binder {
  const header = Buffer.from([FORMAT, ...Buffer.from(masterKey.id, 'hex')])
  const bytes = Buffer.from(hkdfSync('sha256', masterKey.key, '', 'credence/bind/v1', KEY_BYTES))
  const key = createSecretKey(bytes)
  bytes.fill(0)

  const bind: Binder['bind'] = ({ purpose, recordId }, content) => {
    const place = Buffer.from(JSON.stringify([purpose, recordId]))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(place.length)
    const mac = createHmac('sha256', key).update(header).update(length).update(place)
    return Buffer.concat([header, mac.update(content).digest()])
  }

  return {
    bind,
    isBound(context, content, proof) {
      const expected = bind(context, content)
      return proof.length === expected.length && timingSafeEqual(proof, expected)
    },
  }
}

/** The id of the master key that a proof names. */
export function findBindingKeyId(proof: Uint8Array): string {
  return Buffer.from(proof.subarray(1, HEADER_BYTES)).toString('hex')
}

/**
 * Has the form of a proof under a master key, and proves nothing: for what nobody vouches for, when
 * everything else goes over to that key.
 */
export function bindNothing({ id }: MasterKey): Uint8Array {
  return Buffer.concat([Buffer.from([FORMAT]), Buffer.from(id, 'hex'), Buffer.alloc(KEY_BYTES)])
}
