import type { BadToken, JsonObject, TokenOrigin } from './bad-token.ts'
import { signBytes, type TokenKey } from './token-key.ts'

/** Name of the claim that holds everything specific to AWS. */
export const AWS_NAMESPACE = 'https://sts.amazonaws.com/'

/** Bytes or UTF-8 text in base64url without padding (RFC 7515 §2). */
export function encode(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}

/** What a token is put together from; what is left out is as in a good one. */
export interface TokenParts {
  /** The claims, or the payload as it stands: JSON text, or bytes. */
  readonly payload?: unknown
  /** Members beside or instead of `kid`, `typ` and `alg`; text is taken as the whole header. */
  readonly header?: JsonObject | string
  /** The ES384 key of the issuer when left out. */
  readonly key?: TokenKey
}

/** What is signed: header and payload, with their dot. */
export function composeInput(origin: TokenOrigin, parts: TokenParts = {}): string {
  const { header = {}, key = origin.keys.ES384, payload = origin.claims } = parts
  const { kid, alg } = key
  const headerText =
    typeof header === 'string' ? header : JSON.stringify({ kid, typ: 'JWT', alg, ...header })
  return `${encode(headerText)}.${encode(toContent(payload))}`
}

/** A token whose signature is right, whatever it is over. */
export function composeToken(origin: TokenOrigin, parts: TokenParts = {}): string {
  return attachSignature(composeInput(origin, parts), parts.key ?? origin.keys.ES384)
}

/** A signing input with its right signature. */
export function attachSignature(input: string, key: TokenKey): string {
  return `${input}.${encode(signBytes(input, key))}`
}

/** Makes a rightly signed token with other claims. An undefined one is left out. */
export function withClaims(
  change: JsonObject | ((origin: TokenOrigin) => JsonObject),
): BadToken['make'] {
  return origin => {
    const changes = typeof change === 'function' ? change(origin) : change
    return composeToken(origin, { payload: { ...origin.claims, ...changes } })
  }
}

/** Makes a rightly signed token with other claims of AWS. An undefined one is left out. */
export function withAwsClaims(change: JsonObject): BadToken['make'] {
  return withClaims(({ claims }) => ({ [AWS_NAMESPACE]: { ...awsClaimsOf(claims), ...change } }))
}

/** Makes a rightly signed token with another header. An undefined member is left out. */
export function withHeader(header: JsonObject | string): BadToken['make'] {
  return origin => composeToken(origin, { header })
}

/** Makes a rightly signed token whose payload is this text or these bytes. */
export function withText(write: (text: string) => string | Uint8Array): BadToken['make'] {
  return origin => composeToken(origin, { payload: write(JSON.stringify(origin.claims)) })
}

/** Makes a good token and changes its text. */
export function withToken(
  change: (token: string, origin: TokenOrigin) => string,
): BadToken['make'] {
  return origin => change(composeToken(origin), origin)
}

/** The members of the claim {@link AWS_NAMESPACE}. */
export function awsClaimsOf(claims: JsonObject): JsonObject {
  const aws = claims[AWS_NAMESPACE]
  if (typeof aws === 'object' && aws !== null && !Array.isArray(aws)) return { ...aws }
  throw new TypeError(`the claims have no ${AWS_NAMESPACE}`)
}

function toContent(payload: unknown): string | Uint8Array {
  return typeof payload === 'string' || payload instanceof Uint8Array
    ? payload
    : JSON.stringify(payload)
}
