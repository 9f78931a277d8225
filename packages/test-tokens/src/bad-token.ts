import type { VerifyErrorCode } from '@credence/verify'
import type { TokenAlgorithm, TokenKey } from './token-key.ts'

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The issuer whose tokens are spoilt, at one moment. */
export interface TokenOrigin {
  /** The keys that the issuer publishes and signs with. */
  readonly keys: Readonly<Record<TokenAlgorithm, TokenKey>>
  /** A key that the issuer signed with once and no longer publishes. */
  readonly retiredKey: TokenKey
  /** A key that the issuer has withdrawn before its time, and no longer publishes. */
  readonly revokedKey: TokenKey
  /** The payload of a good token, issued just now for one audience. */
  readonly claims: JsonObject
  readonly nowSeconds: number
}

/** A token that nobody should accept, bad in one way and right in every other. */
export interface BadToken {
  /** What is wrong with it. */
  readonly title: string
  /** Who says that it is wrong: a section of an RFC, or what the token lacks of AWS's own. */
  readonly source: string
  /** The code with which `@credence/verify` refuses it. */
  readonly refusal: VerifyErrorCode
  /** Spoils a token of this issuer. */
  readonly make: (origin: TokenOrigin) => string
}

/** Bad tokens by their names: lower-case words with hyphens, part of the published interface. */
export type BadTokens = Readonly<Record<string, BadToken>>

/** A bad token, its parts in the order in which they are read. */
export function bad(
  title: string,
  source: string,
  refusal: VerifyErrorCode,
  make: BadToken['make'],
): BadToken {
  return { title, source, refusal, make }
}
