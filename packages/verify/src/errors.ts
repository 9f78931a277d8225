/** The kind of a refusal. It decides the HTTP status and what the caller may learn. */
export type VerifyErrorKind = 'request' | 'token' | 'trust' | 'unavailable' | 'usage'

/** What an error code means. */
export interface VerifyErrorDefinition {
  readonly kind: VerifyErrorKind
  /** One line for `docs/relying-parties/verify.md`. */
  readonly meaning: string
}

const request = (meaning: string): VerifyErrorDefinition => ({ kind: 'request', meaning })
const token = (meaning: string): VerifyErrorDefinition => ({ kind: 'token', meaning })
const trust = (meaning: string): VerifyErrorDefinition => ({ kind: 'trust', meaning })
const unavailable = (meaning: string): VerifyErrorDefinition => ({ kind: 'unavailable', meaning })
const usage = (meaning: string): VerifyErrorDefinition => ({ kind: 'usage', meaning })

/**
 * Every code a {@link VerifyError} can carry; `docs/relying-parties/verify.md` is compared with this
 * table. Codes are for the log: a caller learns no more than RFC 6750 §3.1 says.
 */
export const VERIFY_ERRORS = {
  credentials_malformed: request(
    'The request carries a bearer token in a wrong form, or more than one.',
  ),
  credentials_missing: request('The request carries no bearer token.'),
  account_mismatch: token('`aws_account` is not the account inside `sub`.'),
  account_refused: token('The issuer may not speak for the account of the token.'),
  algorithm_refused: token(
    'The header names an algorithm that is not allowed, or not the one of its key.',
  ),
  audience_refused: token('None of the audiences of the token is an expected one.'),
  binding_refused: token('The token is bound to a key, and its bearer was not found to hold it.'),
  claims_invalid: token('A required claim is missing, or a claim has the wrong type.'),
  issuer_untrusted: token('`iss` is not exactly one of the configured issuers.'),
  key_unknown: token('The issuer publishes no usable key with the `kid` of the token.'),
  multiple_audiences: token('The token is made for several audiences, which is not allowed here.'),
  partition_refused: token('The principal belongs to a partition that is not allowed.'),
  principal_refused: token('`sub` is not a kind of principal that is allowed.'),
  signature_invalid: token('The signature does not match the content under the key.'),
  subject_mode_refused: token(
    'The token speaks for somebody else than its principal, or the reverse, which is not allowed.',
  ),
  token_expired: token('The token has expired.'),
  token_malformed: token('The text is not a strict compact JWS with JSON header and payload.'),
  token_not_yet_valid: token('`iat` or `nbf` lies in the future.'),
  token_replayed: token('The token was used before.'),
  token_too_large: token('The text is longer than any token may be.'),
  token_too_old: token('The token was issued longer ago than the maximum age.'),
  trust_refused: trust('The token is authentic, but no trust rule lets it in.'),
  keys_unavailable: unavailable('The keys of the issuer could not be had, or are too old to use.'),
  replay_unavailable: unavailable('The record of used tokens is full or out of reach.'),
  verifier_failed: unavailable('The verifier failed in a way it should not; the cause says how.'),
  bundle_invalid: usage('The offline bundle is malformed, expired, or not signed by its signer.'),
  discovery_invalid: usage('The discovery document contradicts the issuer or a rule.'),
  fetch_failed: usage('A document could not be fetched within the limits.'),
  jwks_invalid: usage('The text is not a JSON Web Key Set.'),
  identity_missing: usage('The identity of a request was asked for that no guard let in.'),
  options_invalid: usage('An option is missing, unknown, or out of its bounds.'),
  rules_invalid: usage('A trust rule is malformed or would trust anybody.'),
  snapshot_invalid: usage('The handed-over key cache is malformed.'),
} as const satisfies Readonly<Record<string, VerifyErrorDefinition>>

/** A code of {@link VERIFY_ERRORS}. */
export type VerifyErrorCode = keyof typeof VERIFY_ERRORS

/**
 * The only error that this package throws on purpose. `message` explains the refusal to the operator
 * and belongs in the log, not in an answer; it never contains a token or a signature.
 */
export class VerifyError extends Error {
  override readonly name = 'VerifyError'
  readonly code: VerifyErrorCode

  constructor(code: VerifyErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }

  /** Where the refusal belongs, from {@link VERIFY_ERRORS}. */
  get kind(): VerifyErrorKind {
    return VERIFY_ERRORS[this.code].kind
  }
}

const MAX_QUOTED_CHARACTERS = 200

/**
 * A value from outside as one line of bounded length, so that a hostile claim can't forge a line of the
 * log or fill it.
 */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value
  const shown =
    text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text
  return typeof value === 'string' ? JSON.stringify(shown) : shown
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu

/** A text as one line of bounded length, without characters that a terminal or a log would act on. */
export function formatLine(text: string, maxCharacters: number): string {
  const shown = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text
  return shown.replace(UNPRINTABLE, ' ')
}
