import type { Algorithm, Base64UrlDecoder, PublicJwk } from '../algorithms.ts'

/** Checks a signature over the ASCII bytes of `signingInput`. Never throws for a wrong signature. */
export type SignatureCheck = (
  signingInput: string,
  signature: Uint8Array<ArrayBuffer>,
) => boolean | Promise<boolean>

/**
 * What the package needs of the runtime. `#platform` is `node.ts` on Node and `web.ts` (WebCrypto)
 * everywhere else; the same tests run over both.
 */
export interface Platform {
  /**
   * Strict base64url (RFC 7515 §2): no padding, no other alphabet, no white space, no bits left
   * over in the last character. So every byte string has exactly one text.
   *
   * @returns the bytes, or null
   */
  readonly decodeBase64Url: Base64UrlDecoder
  /** The same for text in UTF-8, of which nothing is forgiven either; a byte order mark is kept. */
  readonly decodeText: (text: string) => string | null
  /** SHA-256 of ASCII text, as a string that is equal exactly for equal hashes. */
  sha256(text: string): string | Promise<string>
  /** @throws whatever the runtime throws for a key that it finds unusable (point not on the curve) */
  importKey(algorithm: Algorithm, jwk: PublicJwk): Promise<SignatureCheck>
  /**
   * Whether work begun for one request may be awaited by another. Cloudflare Workers abandon it
   * with the request that began it.
   */
  readonly sharesPendingWork: boolean
}
