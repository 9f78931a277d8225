import type { AlgorithmName } from './algorithms.ts'
import type { Fetch } from './keys/fetch-document.ts'
import type { KeyCacheLimits } from './keys/key-cache-limits.ts'
import type { JsonWebKeySet } from './keys/key-set.ts'
import type { BundleOptions } from './keys/load-from-bundle.ts'
import type { SubjectMode } from './origin-identity.ts'
import type { Partition, PrincipalType } from './principal.ts'
import type { ReplayStore } from './replay.ts'

/** A list that isn't empty. */
export type NonEmpty<T> = readonly [T, ...T[]]

/** An issuer whose tokens are accepted. */
export interface TrustedIssuer {
  /**
   * `iss`, character by character. AWS has one per account,
   * `https://<uuid>.tokens.sts.global.api.aws`; Credence tells its own by `credence federation show`.
   */
  readonly issuer: string
  /**
   * The accounts that this issuer may speak for, twelve digits each. `null` means any: the operator of
   * the issuer can then name any account.
   */
  readonly accounts: NonEmpty<string> | null
  /** Where its keys come from; by its discovery document when left out. */
  readonly keys?: KeyOptions
  /**
   * Permits `http`, for tests and closed networks. Then somebody who controls the network chooses the
   * keys.
   */
  readonly allowInsecureHttp?: boolean
}

/** Where keys come from: a URL that needs no discovery, the configuration itself, or a signed bundle. */
export type KeyOptions =
  | { readonly jwksUri: string }
  | { readonly jwks: JsonWebKeySet }
  | BundleOptions

/**
 * What a verifier accepts. An option without a safe default must be written, so that code that forgets
 * it does not compile. An option that may be left out is strict when it is.
 */
export interface VerifierOptions {
  readonly issuers: NonEmpty<TrustedIssuer>
  /**
   * Your own name, as callers ask for it in `Audience`. Of several one must match. `null` accepts
   * tokens made for anybody, so everybody who receives such a token can use it here.
   */
  readonly audience: string | NonEmpty<string> | null
  /** Accept tokens made for more than one audience; each receiver can use them at all others. */
  readonly allowMultipleAudiences?: boolean
  /** Fewer algorithms than RS256 and ES384. */
  readonly algorithms?: NonEmpty<AlgorithmName>
  /** By how much clocks may differ, in both directions: whole seconds, 0 to 300, 30 by default. */
  readonly clockLeewaySeconds?: number
  /**
   * How long after `iat` a token is accepted, whatever `exp` says: whole seconds, at least 1, 3600 by
   * default (the longest life that AWS gives).
   */
  readonly maxAgeSeconds?: number
  /** Partitions whose principals are accepted; `aws` alone by default. */
  readonly partitions?: NonEmpty<Partition>
  /** Kinds of principals accepted; `role` and `user` by default. */
  readonly principalTypes?: NonEmpty<PrincipalType>
  /**
   * The subject modes that are accepted; `AWSIdentity` alone by default. With `OriginIdentity`, `sub`
   * is the name that an identity provider gave to somebody whom the principal acts for.
   */
  readonly subjectModes?: NonEmpty<SubjectMode>
  /** Makes each token usable once. */
  readonly replay?: ReplayStore
  /** Verified tokens remembered to make repeats cheap: 0 (none) to 1,000,000, 1000 by default. */
  readonly verifiedTokenCacheEntries?: number
  readonly keyCache?: Partial<KeyCacheLimits>
  /** Instead of the global `fetch`. */
  readonly fetch?: Fetch
  /** For each document, from request to last byte: 1 to 60,000, 5000 by default. */
  readonly fetchTimeoutMs?: number
  /** Milliseconds since the epoch; the clock of the machine by default. */
  readonly nowMs?: () => number
}
