import { LRUCache } from 'lru-cache'
import type { CacheStatistics } from './cache-statistics.ts'

/** How much a cache may hold: entries, or the sum of sizes that `set` is told. */
export type CacheBound = { readonly max: number } | { readonly maxSize: number }

/**
 * Bounds an LRU cache to a number of entries without memory for those that are not there. The library's
 * own `max` reserves all of it at once: caches of 50,000 entries took a tenth of the time of a start and
 * a megabyte each.
 */
export function boundEntries(maxEntries: number): {
  readonly maxSize: number
  readonly sizeCalculation: () => number
} {
  return { maxSize: maxEntries, sizeCalculation: () => 1 }
}

/** A bounded cache that drops the least recently used entry, and counts how it is used. */
export class CountedCache<Value extends {}> {
  readonly #entries: LRUCache<string, Value>
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(bound: CacheBound) {
    this.#entries = new LRUCache({
      ...('max' in bound ? boundEntries(bound.max) : bound),
      dispose: (_value, _key, reason) => {
        if (reason === 'evict') this.#evictions += 1
      },
    })
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) this.#misses += 1
    else this.#hits += 1
    return value
  }

  /** `size` is needed where the bound is a sum of sizes. */
  set(key: string, value: Value, size?: number): void {
    this.#entries.set(key, value, size === undefined ? {} : { size })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  statistics(): CacheStatistics {
    return {
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
      entries: this.#entries.size,
    }
  }
}
