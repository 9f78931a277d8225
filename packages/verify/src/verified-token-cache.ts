import type { VerificationKey } from './keys/key-set.ts'
import type { KeySource } from './keys/key-source.ts'
import type { VerifiedToken } from './verified-token.ts'

/** A token that was verified, and what must still hold for it to count. */
export interface CachedToken {
  readonly token: VerifiedToken
  readonly source: KeySource
  /** The very key that verified it: when the issuer replaces or withdraws it, the entry is worthless. */
  readonly key: VerificationKey
  readonly validFromMs: number
  /** Never beyond `exp`: leeway is for a decision, not for a memory. */
  readonly validUntilMs: number
}

/** Whether an entry counts at this time; after a clock was set back it doesn't. */
export function isValidAt({ validFromMs, validUntilMs }: CachedToken, nowMs: number): boolean {
  return validFromMs <= nowMs && nowMs < validUntilMs
}

/**
 * Verified tokens by the SHA-256 of their whole text, so that two tokens never meet and no bearer
 * token lies in memory. Bounded: the one that was not used for longest gives way.
 */
export class VerifiedTokenCache {
  readonly #maxEntries: number
  readonly #entries = new Map<string, CachedToken>()

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#entries.size
  }

  /** The entry, which becomes the most recent one. The caller must find out whether it still holds. */
  find(hash: string): CachedToken | null {
    const entry = this.#entries.get(hash)
    if (!entry) return null
    this.#entries.delete(hash)
    this.#entries.set(hash, entry)
    return entry
  }

  /** Drops an entry that doesn't hold any more, unless another has taken its place. */
  forget(hash: string, entry: CachedToken): void {
    if (this.#entries.get(hash) === entry) this.#entries.delete(hash)
  }

  put(hash: string, entry: CachedToken): void {
    this.#entries.delete(hash)
    if (this.#entries.size === this.#maxEntries) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest)
        break
      }
    }
    this.#entries.set(hash, entry)
  }
}
