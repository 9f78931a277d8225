import { ALGORITHMS } from './algorithms.ts'
import type { BadToken, TokenOrigin } from './bad-token.ts'
import { CLAIM_TYPES } from './claim-types.ts'
import { ECDSA_SIGNATURES } from './ecdsa-signatures.ts'
import { HEADERS } from './headers.ts'
import { JSON_TEXTS } from './json-texts.ts'
import { KEYS } from './keys.ts'
import { LIFETIMES } from './lifetimes.ts'
import { PROFILES } from './profiles.ts'
import { RECIPIENTS } from './recipients.ts'
import { RSA_SIGNATURES } from './rsa-signatures.ts'
import { TEXTS } from './texts.ts'

/** All bad tokens by name. */
export const BAD_TOKENS = {
  ...LIFETIMES,
  ...RECIPIENTS,
  ...KEYS,
  ...ALGORITHMS,
  ...HEADERS,
  ...TEXTS,
  ...ECDSA_SIGNATURES,
  ...RSA_SIGNATURES,
  ...JSON_TEXTS,
  ...CLAIM_TYPES,
  ...PROFILES,
} as const satisfies Readonly<Record<string, BadToken>>

/** A name of {@link BAD_TOKENS}. */
export type BadTokenName = keyof typeof BAD_TOKENS

/** The same in the parts in which documents and lists show them. */
export const BAD_TOKEN_PARTS: readonly {
  readonly title: string
  readonly tokens: Readonly<Record<string, BadToken>>
}[] = [
  { title: 'When they may be used', tokens: LIFETIMES },
  { title: 'Who made them, and for whom', tokens: RECIPIENTS },
  { title: 'Keys', tokens: KEYS },
  { title: 'Algorithms', tokens: ALGORITHMS },
  { title: 'Headers', tokens: HEADERS },
  { title: 'Text', tokens: TEXTS },
  { title: 'Signatures of ES384', tokens: ECDSA_SIGNATURES },
  { title: 'Signatures of RS256', tokens: RSA_SIGNATURES },
  { title: 'JSON', tokens: JSON_TEXTS },
  { title: 'Types of claims', tokens: CLAIM_TYPES },
  { title: 'Tokens of AWS and Credence', tokens: PROFILES },
]

/** Whether there is a bad token of this name. */
export function isBadTokenName(name: string): name is BadTokenName {
  return Object.hasOwn(BAD_TOKENS, name)
}

/** Makes one of {@link BAD_TOKENS}. */
export function createBadToken(name: BadTokenName, origin: TokenOrigin): string {
  return BAD_TOKENS[name].make(origin)
}
