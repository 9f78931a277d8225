import type { JsonObject } from '../json.ts'
import type { VerificationKey } from './key-set.ts'

/** Where the keys of one issuer come from. One per issuer, so a `kid` never means another's key. */
export interface KeySource {
  /**
   * The key with this `kid`; at once when it is in memory.
   *
   * @throws VerifyError `key_unknown`, `keys_unavailable`
   */
  find(keyId: string): VerificationKey | Promise<VerificationKey>
  /** Gets the keys now, whatever their age. @throws VerifyError `keys_unavailable` */
  load(): Promise<void>
  /** What another process needs to start with these keys; null when there is nothing to hand over. */
  exportKeys(): HeldKeysRecord | null
  /** Takes over what another process exported, unless the own keys are newer. */
  importKeys(record: HeldKeysRecord): Promise<void>
}

/** The keys of one issuer and how long they may be used. Times are milliseconds since the epoch. */
export interface HeldKeysRecord {
  readonly jwks: { readonly keys: readonly JsonObject[] }
  readonly loadedAtMs: number
  readonly freshUntilMs: number
  readonly staleUntilMs: number
}
