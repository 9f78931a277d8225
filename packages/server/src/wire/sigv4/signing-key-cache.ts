import type { KeyObject } from 'node:crypto'
import type { CacheStatistics } from '../../runtime/cache-statistics.ts'
import { CountedCache } from '../../runtime/counted-cache.ts'
import type { Secret } from '../../secrets/secret.ts'

interface Entry {
  readonly secret: Secret
  readonly signingKey: KeyObject
}

/**
 * Derived signing keys by credential (`AKID/date/region/service/terminator`). When it is full, the
 * least recently used key is dropped. An entry is good only for the secret that it was derived from.
 */
export class SigningKeyCache {
  readonly #entries: CountedCache<Entry>

  constructor(maxEntries: number) {
    this.#entries = new CountedCache({ max: maxEntries })
  }

  /** The key of the credential under this very secret; null when it must be derived. */
  find(credential: string, secret: Secret): KeyObject | null {
    const entry = this.#entries.get(credential)
    // Both secrets are ours, so how long they take to compare tells an outsider nothing.
    return entry?.secret.reveal() === secret.reveal() ? entry.signingKey : null
  }

  /** Keeps a key, in place of an older one of the same credential. */
  remember(credential: string, secret: Secret, signingKey: KeyObject): void {
    this.#entries.set(credential, { secret, signingKey })
  }

  statistics(): CacheStatistics {
    return this.#entries.statistics()
  }
}
