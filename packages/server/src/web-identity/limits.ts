/** Bounds of time and memory for the verification of other issuers' tokens. */
export interface WebIdentityLimits {
  /** How far another issuer's clock may be off, in either direction. */
  readonly clockSkewSeconds: number
  /** For one whole load of keys: waiting for a place, names, connections, both documents. */
  readonly loadTimeoutMs: number
  /** Loads at one time; further ones wait. */
  readonly maxLoads: number
  /** Loads at one time for providers of one account, so that its slow ones slow no other account's. */
  readonly maxLoadsPerAccount: number
  /** Calls that wait for loads at one time; further ones are refused. */
  readonly maxWaiting: number
  /** Calls that wait for one provider at one time. */
  readonly maxWaitingPerProvider: number
  /** What a waiting call holds, at most. */
  readonly bytesPerCall: number
  /** Shortest time that loaded keys are used, whatever `Cache-Control` says. */
  readonly minFreshSeconds: number
  /** Time that keys are used when `Cache-Control` says nothing. */
  readonly defaultFreshSeconds: number
  /** Longest time that loaded keys are used, and so the longest that a withdrawn key is trusted. */
  readonly maxFreshSeconds: number
  /** After a load that failed, how long the provider is not asked again. */
  readonly failureCooldownSeconds: number
  /** After a load, how long a token with an unknown `kid` does not cause another. */
  readonly unknownKeyCooldownSeconds: number
  /** Keys in memory, of all providers together; least recently used providers are dropped. */
  readonly maxCachedKeys: number
}

/**
 * What a server uses. AWS documents the five minutes of clock skew (AWS IAM User Guide: OIDC
 * federation), and none of the other numbers: UNVERIFIED.
 */
export const WEB_IDENTITY_LIMITS: WebIdentityLimits = {
  clockSkewSeconds: 300,
  loadTimeoutMs: 5000,
  maxLoads: 64,
  maxLoadsPerAccount: 4,
  maxWaiting: 500,
  maxWaitingPerProvider: 100,
  bytesPerCall: 81_920,
  minFreshSeconds: 60,
  defaultFreshSeconds: 600,
  maxFreshSeconds: 3600,
  failureCooldownSeconds: 10,
  unknownKeyCooldownSeconds: 30,
  maxCachedKeys: 50_000,
}
