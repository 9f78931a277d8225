import { ServiceError } from '../errors.ts'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** Twelve decimal digits; leading zeros are significant. */
export type AccountId = Branded<'AccountId'>

/** 20 characters: `AKIA…` for a long-term key, `ASIA…` for a temporary one (aws-wire §8). */
export type AccessKeyId = Branded<'AccessKeyId'>

/**
 * The 21-character id that outlives names: `AIDA…` user, `AROA…` role, `AGPA…` group, `ANPA…`
 * managed policy, `AIPA…` instance profile (AWS IAM User Guide: IAM identifiers).
 */
export type UniqueId = Branded<'UniqueId'>

const ACCOUNT_ID = /^\d{12}$/
const ACCESS_KEY_ID = /^\w{16,128}$/
const UNIQUE_ID = /^(AIDA|AROA|AGPA|ANPA|AIPA)[A-Z2-7]{17}$/

/** Reads a twelve-digit account id. @throws ServiceError `ValidationError` */
export function parseAccountId(text: string): AccountId {
  if (!isAccountId(text)) {
    throw new ServiceError('ValidationError', `${text} is not a 12-digit account id`)
  }
  return text
}

/** Whether the text is a twelve-digit account id. */
export function isAccountId(text: string): text is AccountId {
  return ACCOUNT_ID.test(text)
}

/** Whether the text has the form of an access key id: 16 to 128 word characters. */
export function isAccessKeyId(text: string): text is AccessKeyId {
  return ACCESS_KEY_ID.test(text)
}

/** Whether the text has the form of a unique id of a user, role, group, managed policy or instance profile. */
export function isUniqueId(text: string): text is UniqueId {
  return UNIQUE_ID.test(text)
}

/**
 * The kind of thing that a unique id or an access key id belongs to. It decides the four-letter prefix.
 */
export type IdentifiedKind = keyof typeof PREFIXES

const PREFIXES = {
  user: 'AIDA',
  role: 'AROA',
  group: 'AGPA',
  managedPolicy: 'ANPA',
  instanceProfile: 'AIPA',
} as const

/** The kind of thing that a unique id belongs to, as its prefix says. */
export function findIdentifiedKind(id: UniqueId): IdentifiedKind {
  if (id.startsWith(PREFIXES.user)) return 'user'
  if (id.startsWith(PREFIXES.role)) return 'role'
  if (id.startsWith(PREFIXES.group)) return 'group'
  return id.startsWith(PREFIXES.managedPolicy) ? 'managedPolicy' : 'instanceProfile'
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Makes a unique id from random bytes (at least 17; one byte a character, so no modulo bias). */
export function formatUniqueId(kind: IdentifiedKind, randomBytes: Uint8Array): UniqueId {
  return `${PREFIXES[kind]}${base32(randomBytes, 17)}` as UniqueId
}

/** Makes an access key id from at least 16 random bytes. */
export function formatAccessKeyId(prefix: 'AKIA' | 'ASIA', randomBytes: Uint8Array): AccessKeyId {
  return `${prefix}${base32(randomBytes, 16)}` as AccessKeyId
}

function base32(bytes: Uint8Array, length: number): string {
  if (bytes.length < length) throw new RangeError(`needs ${length} random bytes`)
  let text = ''
  for (const byte of bytes.subarray(0, length)) text += BASE32.charAt(byte & 31)
  return text
}
