/**
 * Verifies web identity tokens of AWS and of Credence and decides whom to let in.
 *
 * @module
 */
import { platform } from '#platform'
import type { VerifierOptions } from './options.ts'
import { TokenVerifier, type Verifier } from './verifier.ts'

export type { AlgorithmName } from './algorithms.ts'
export { AWS_NAMESPACE, type AwsClaims, type ClaimTags, type TokenClaims } from './claims.ts'
export type { Confirm } from './confirm-binding.ts'
export {
  VERIFY_ERRORS,
  VerifyError,
  type VerifyErrorCode,
  type VerifyErrorDefinition,
  type VerifyErrorKind,
} from './errors.ts'
export type { JsonObject } from './json.ts'
export type { ResponseHeaders } from './keys/cache-control.ts'
export type {
  Fetch,
  FetchedBody,
  FetchedBodyReader,
  FetchedResponse,
} from './keys/fetch-document.ts'
export type { KeyCacheLimits } from './keys/key-cache-limits.ts'
export type { JsonWebKeySet } from './keys/key-set.ts'
export type { KeySnapshot } from './keys/key-snapshot.ts'
export type { HeldKeysRecord } from './keys/key-source.ts'
export type { BundleOptions } from './keys/load-from-bundle.ts'
export {
  type Authentication,
  createGuard,
  type Guard,
  type GuardOptions,
  type Identity,
  type KeyBinding,
} from './middleware/guard.ts'
export type { Refusal } from './middleware/refusal.ts'
export type { KeyOptions, NonEmpty, TrustedIssuer, VerifierOptions } from './options.ts'
export type { OriginIdentity, SubjectMode } from './origin-identity.ts'
export type { Partition, Principal, PrincipalType } from './principal.ts'
export {
  createMemoryReplayStore,
  type MemoryReplayOptions,
  type ReplayStore,
  type TokenUse,
} from './replay.ts'
export { createTrust, formatRefusals, type Trust } from './trust/create-trust.ts'
export type {
  ComputeConditions,
  ExcludedConditions,
  OriginConditions,
  RuleRefusal,
  TagConditions,
  TrustConditions,
  TrustDecision,
  TrustRule,
} from './trust/trust-rule.ts'
export type { VerifiedToken } from './verified-token.ts'
export type { Verifier, VerifyContext } from './verifier.ts'

/**
 * Makes a verifier. It fetches keys when the first token needs them.
 *
 * @throws VerifyError `options_invalid`, `jwks_invalid`
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return new TokenVerifier(platform, options)
}
