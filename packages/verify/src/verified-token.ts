import type { AlgorithmName } from './algorithms.ts'
import type { AwsClaims, ParsedClaims, TokenClaims } from './claims.ts'
import type { VerificationKey } from './keys/key-set.ts'
import type { OriginIdentity } from './origin-identity.ts'
import type { Principal } from './principal.ts'

const verified: unique symbol = Symbol('verified')

/**
 * A token whose signature and claims were checked. Only a verifier makes one: a decoded token is of
 * another type and fits nowhere that this one is asked for. Frozen, since the cache hands the same
 * object to all.
 */
export interface VerifiedToken {
  readonly [verified]: true
  readonly algorithm: AlgorithmName
  readonly keyId: string
  /** Who asked for the token: `sub` taken apart. */
  readonly principal: Principal
  /**
   * Whom the principal acts for, where the verifier accepts such tokens (`subjectModes`); `principal` is
   * `principal_id` taken apart then. Otherwise null.
   */
  readonly origin: OriginIdentity | null
  /** `aud` as a list. */
  readonly audiences: readonly string[]
  /** What AWS says of the principal and its session. */
  readonly aws: AwsClaims
  /** The whole payload, unknown claims included. */
  readonly claims: TokenClaims
}

/** Makes the result of a verification. Only for {@link TokenVerifier}, after every check. */
export function createVerifiedToken(parsed: ParsedClaims, key: VerificationKey): VerifiedToken {
  const { claims, aws, audiences, principal, origin } = parsed
  return {
    [verified]: true as const,
    algorithm: key.algorithm.name,
    keyId: key.id,
    principal,
    origin,
    audiences,
    aws,
    claims,
  }
}

/** Makes a value that several will share unchangeable, to the bottom. */
export function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    // Whatever is no object counts as frozen.
    if (!Object.isFrozen(member)) deepFreeze(member)
  }
  return Object.freeze(value)
}
