import { SIGNING_ALGORITHMS } from '../../principals/algorithms.ts'
import { type AccountId, isAccountId } from '../../principals/identifiers.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { formatKeyId } from '../key-id.ts'

/** A key that was named in an emergency. */
export interface DeniedKey {
  /** Null where the key id is a thumbprint, which is unique everywhere. */
  readonly accountId: AccountId | null
  readonly keyId: string
}

/** The keys that sign nothing and are not published, whatever the store says. */
export interface Denials {
  readonly keys: readonly DeniedKey[]
  /**
   * Why it is not known which keys are meant, in words for the operator. Then every key may be, so none
   * signs and none is published. Null when it is known.
   */
  readonly fault: string | null
}

/** What tells a key from all others. */
type DeniableKey = Pick<IssuerKey, 'accountId' | 'algorithm' | 'generation' | 'thumbprint'>

/** No key is denied. */
export const NO_DENIALS: Denials = { keys: [], fault: null }

/** Every key is denied. */
export function denyAll(fault: string): Denials {
  return { keys: [], fault }
}

const THUMBPRINT = /^[\w-]{43}$/
const AWS_KEY_ID = new RegExp(
  `^(?:${Object.values(SIGNING_ALGORITHMS)
    .map(({ awsKeyPrefix }) => awsKeyPrefix)
    .join('|')})_\\d{1,9}$`,
)

/**
 * Reads a list of keys: a line for each, with its thumbprint, or with its account and its `kid`.
 * What follows `#` is a comment. A line that is neither denies every key, because nobody knows which
 * one it should have named.
 */
export function parseDenials(text: string): Denials {
  const keys: DeniedKey[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*$/, '').trim()
    if (words === '') continue
    const key = parseDeniedKey(words)
    if (key === null) return denyAll(`line ${index + 1} names no key`)
    keys.push(key)
  }
  return keys.length === 0 ? NO_DENIALS : { keys, fault: null }
}

/** A key as a line names it; null for anything else. */
export function parseDeniedKey(words: string): DeniedKey | null {
  const [first = '', keyId, ...rest] = words.split(/\s+/)
  if (rest.length > 0) return null
  if (keyId === undefined) {
    return THUMBPRINT.test(first) ? { accountId: null, keyId: first } : null
  }
  const isKeyId = THUMBPRINT.test(keyId) || AWS_KEY_ID.test(keyId)
  return isAccountId(first) && isKeyId ? { accountId: first, keyId } : null
}

/** The line that names a key. */
export function formatDeniedKey({ accountId, keyId }: DeniedKey): string {
  return accountId === null ? keyId : `${accountId} ${keyId}`
}

/** Whether a key is denied. */
export function isDenied({ keys, fault }: Denials, key: DeniableKey): boolean {
  return fault !== null || keys.some(denied => isKeyOf(denied, key))
}

/** Whether it is this key that was named. */
export function isKeyOf({ accountId, keyId }: DeniedKey, key: DeniableKey): boolean {
  if (key.thumbprint === null || (accountId !== null && accountId !== key.accountId)) return false
  return key.thumbprint === keyId || (accountId !== null && formatAwsKeyId(key) === keyId)
}

function formatAwsKeyId(key: DeniableKey): string {
  return formatKeyId('aws', { ...key, thumbprint: '' })
}
