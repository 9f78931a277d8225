/** What a revocation can't undo at once. */
export interface BlastRadius {
  /** Until when a cache that keeps documents for their `max-age` may go on with the key. */
  readonly cachesUntilMs: number
  /**
   * The same for `@credence/verify` with its defaults: while the issuer can be reached, and while it
   * can't.
   */
  readonly verifyUntilMs: number
  readonly verifyUnreachableUntilMs: number
  /**
   * Until then, some verifiers may not have read the successor yet, and refuse its tokens. Null when
   * all have had the time.
   */
  readonly gapUntilMs: number | null
  /** Verifiers whose caches ignore `max-age`, so that they must be restarted. */
  readonly restart: readonly string[]
}

/** Defaults of `@credence/verify` (docs/relying-parties/verify.md). */
const VERIFY_SECONDS = { least: 30, most: 900, staleIfError: 3600 }

/**
 * Verifiers that keep keys for a time of their own, or for ever, unless they are configured otherwise.
 */
const DEAF_VERIFIERS = [
  'aws-jwt-verify: keeps a key set until an unknown kid comes',
  'go-oidc: until an unknown kid comes',
  'jwks-rsa, also behind fast-jwt and others: 10 minutes, unless it is told otherwise',
  'jose: 10 minutes, unless it is told otherwise',
  'PyJWT: 5 minutes, unless it is told otherwise',
] as const

/** Who may still trust a key that was revoked now, and until when. */
export function findBlastRadius(options: {
  readonly nowMs: number
  readonly maxAgeSeconds: number
  /** Since when the successor is published; null where the key did not sign. */
  readonly successorVisibleAtMs: number | null
  readonly publishBeforeMs: number
}): BlastRadius {
  const { nowMs, maxAgeSeconds, successorVisibleAtMs, publishBeforeMs } = options
  const { least, most, staleIfError } = VERIFY_SECONDS
  const verifySeconds = Math.min(Math.max(maxAgeSeconds, least), most)
  const gapUntilMs = successorVisibleAtMs === null ? null : successorVisibleAtMs + publishBeforeMs
  return {
    cachesUntilMs: nowMs + maxAgeSeconds * 1000,
    verifyUntilMs: nowMs + verifySeconds * 1000,
    verifyUnreachableUntilMs: nowMs + (verifySeconds + staleIfError) * 1000,
    gapUntilMs: gapUntilMs !== null && gapUntilMs > nowMs ? gapUntilMs : null,
    restart: DEAF_VERIFIERS,
  }
}
