import { LRUCache } from 'lru-cache'
import type { CacheStatistics } from '../runtime/cache-statistics.ts'
import { boundEntries } from '../runtime/counted-cache.ts'
import { ANY_TOPIC } from './topics.ts'

/** What a load found, and which topics it depends on. */
export interface Loaded<Value> {
  /**
   * Null says that there is nothing under the key. Such answers are kept too, apart from those with a
   * value.
   */
  readonly value: Value | null
  /**
   * The topics of the store whose change makes the value stale. An answer without topics could never
   * become stale, so it is returned and not kept.
   */
  readonly topics: readonly string[]
}

/** How a cache fills itself. */
export interface ReadCacheOptions<Key, Value> {
  /**
   * How many answers are kept. When there are more, the one that was unused for longest goes. Answers
   * that say that there is nothing have as many places of their own, so that a flood of made-up keys
   * drives out nothing that is known.
   */
  readonly maxEntries: number
  /** Tells keys apart. */
  readonly formatKey: (key: Key) => string
  readonly load: (key: Key) => Promise<Loaded<Value>>
  /** Called with each value that is no longer kept. Callers may still be using it. */
  readonly release?: (value: Value) => void
}

/**
 * `entries` counts the kept answers with a value. `misses` counts the `get` calls that had to wait for
 * a load, their own or one under way.
 */
interface ReadCacheStatistics extends CacheStatistics {
  /** How many kept answers say that there is nothing. */
  readonly absentEntries: number
}

/** What a cache knows of a key. */
export type CacheState<Value> =
  | { readonly state: 'known'; readonly value: Value }
  /** The store has said that there is nothing. */
  | { readonly state: 'absent' }
  /**
   * Nothing is known, or something has changed since and it is not known what. The store must be asked.
   */
  | { readonly state: 'unconfirmed' }

/** An answer, and the generation that it is of. */
interface Kept<Value> extends Loaded<Value> {
  readonly generation: number
}

/** A bounded cache in front of the store. Entries have no age: they live until a topic changes. */
export interface ReadCache<Key, Value> {
  /** What is known of the key without waiting. */
  peek(key: Key): CacheState<Value>
  /** The kept answer, or a loaded one. Callers that want one key at once share a load. @throws what `load` throws */
  get(key: Key): Promise<Value | null>
  /**
   * Drops what depends on the topics of `Store.takeChangedTopics`. After `*`, every entry is
   * unconfirmed at once; it is replaced when it is loaded anew, or evicted.
   */
  invalidate(topics: readonly string[]): void
  /** The kept values, whether they are confirmed or not. */
  values(): readonly Value[]
  /** Drops everything. */
  clear(): void
  statistics(): ReadCacheStatistics
}

/** Makes an empty cache. */
export function createReadCache<Key, Value>(
  options: ReadCacheOptions<Key, Value>,
): ReadCache<Key, Value> {
  const { maxEntries, formatKey } = options
  let hits = 0
  let misses = 0
  let evictions = 0
  /** Answers of former generations are unconfirmed. */
  let generation = 0
  const keysByTopic = new Map<string, Set<string>>()
  const found = createEntries()
  const absent = createEntries()
  /** The loads that a new caller may join: begun after the last invalidation. */
  const joinable = new Map<string, Promise<Value | null>>()
  /** For every load under way, joinable or not: the topics that changed since it began. */
  const overtakenBy = new Set<Set<string>>()

  function createEntries(): LRUCache<string, Kept<Value>> {
    return new LRUCache<string, Kept<Value>>({
      ...boundEntries(maxEntries),
      dispose(entry, key, reason) {
        if (reason === 'evict') evictions += 1
        forgetTopics(key, entry.topics)
        if (entry.value !== null) options.release?.(entry.value)
      },
    })
  }

  function rememberTopics(key: string, topics: readonly string[]): void {
    for (const topic of topics) {
      const keys = keysByTopic.get(topic)
      if (keys === undefined) keysByTopic.set(topic, new Set([key]))
      else keys.add(key)
    }
  }

  function forgetTopics(key: string, topics: readonly string[]): void {
    for (const topic of topics) {
      const keys = keysByTopic.get(topic)
      keys?.delete(key)
      if (keys?.size === 0) keysByTopic.delete(topic)
    }
  }

  function keep(key: string, loaded: Loaded<Value>): void {
    if (loaded.topics.length === 0) return
    // The old answer is removed first, so that its topics are forgotten before the new ones are
    // remembered.
    drop(key)
    const entries = loaded.value === null ? absent : found
    entries.set(key, { ...loaded, generation })
    rememberTopics(key, loaded.topics)
  }

  function drop(key: string): void {
    found.delete(key)
    absent.delete(key)
  }

  async function loadAndKeep(key: Key, name: string): Promise<Value | null> {
    const changed = new Set<string>()
    overtakenBy.add(changed)
    try {
      const loaded = await options.load(key)
      const isStale = changed.has(ANY_TOPIC) || loaded.topics.some(topic => changed.has(topic))
      if (!isStale) keep(name, loaded)
      return loaded.value
    } finally {
      overtakenBy.delete(changed)
    }
  }

  function startLoad(key: Key, name: string): Promise<Value | null> {
    const load: Promise<Value | null> = loadAndKeep(key, name).finally(() => {
      if (joinable.get(name) === load) joinable.delete(name)
    })
    joinable.set(name, load)
    return load
  }

  function findKept(name: string): Value | null | undefined {
    const entry = found.get(name) ?? absent.get(name)
    if (entry?.generation !== generation) return undefined
    hits += 1
    return entry.value
  }

  return {
    peek(key) {
      const value = findKept(formatKey(key))
      if (value === undefined) return { state: 'unconfirmed' }
      return value === null ? { state: 'absent' } : { state: 'known', value }
    },

    async get(key) {
      const name = formatKey(key)
      const kept = findKept(name)
      if (kept !== undefined) return kept
      misses += 1
      return joinable.get(name) ?? startLoad(key, name)
    },

    invalidate(topics) {
      if (topics.length === 0) return
      // It is not known yet which topics a load under way will depend on. Its present callers asked
      // before the change, so they may have what it finds. Later callers may not.
      joinable.clear()
      for (const changed of overtakenBy) for (const topic of topics) changed.add(topic)
      if (topics.includes(ANY_TOPIC)) {
        generation += 1
        return
      }
      for (const topic of topics) {
        for (const key of [...(keysByTopic.get(topic) ?? [])]) drop(key)
      }
    },

    values: () => [...found.values()].flatMap(({ value }) => (value === null ? [] : [value])),

    clear() {
      generation += 1
      joinable.clear()
      for (const changed of overtakenBy) changed.add(ANY_TOPIC)
      found.clear()
      absent.clear()
    },

    statistics: () => ({
      hits,
      misses,
      evictions,
      entries: found.size,
      absentEntries: absent.size,
    }),
  }
}
