/**
 * Tokens that nobody should accept, and good ones to compare them with; no server is needed.
 *
 * @module
 */
export type { BadToken, JsonObject, TokenOrigin } from './bad-token.ts'
export {
  BAD_TOKEN_PARTS,
  BAD_TOKENS,
  type BadTokenName,
  createBadToken,
  isBadTokenName,
} from './bad-tokens.ts'
export {
  createGoodToken,
  GOOD_TOKENS,
  type GoodToken,
  type GoodTokenName,
  isGoodTokenName,
} from './good-tokens.ts'
export { createTestIssuer, type TestIssuer, type TestTokenOptions } from './test-issuer.ts'
export {
  createStrangerKey,
  createTokenKey,
  type TokenAlgorithm,
  type TokenKey,
} from './token-key.ts'
