/** What a bounded cache has done since it was made. */
export interface CacheStatistics {
  /** Answers from memory. */
  readonly hits: number
  /** Questions that memory had no answer to. */
  readonly misses: number
  /** Entries evicted because the cache was full; stale ones are not counted. */
  readonly evictions: number
  /** Entries kept now. */
  readonly entries: number
}

/** The caches of a part of the program, by the names that metrics have for them. */
export type CacheStatisticsByName = Readonly<Record<string, CacheStatistics>>
