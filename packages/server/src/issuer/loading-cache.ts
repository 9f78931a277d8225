import { LRUCache } from 'lru-cache'

/** A bounded memory of records that are loaded on first use, and of keys that have no record. */
export interface LoadingCache<Key extends string, Value extends object> {
  /** The record, or null when there is none. Loads at most once at a time; a failed load is not kept. */
  get(key: Key): Promise<Value | null>
  /** Forgets the key: the next `get` loads, and a load under way is not kept. */
  forget(key: Key): void
  /** Forgets which keys have no record. */
  forgetAbsent(): void
  /** Forgets everything. */
  forgetAll(): void
}

/**
 * Makes a cache of at most `maxEntries` records. Absent keys are remembered apart, as many again, so
 * that a flood of made-up keys never drives out a record. Entries do not age: what stands in the
 * cache keeps working while the store is away, and only `forget` makes room for a change.
 */
export function createLoadingCache<Key extends string, Value extends object>(
  maxEntries: number,
  load: (key: Key) => Promise<Value | null>,
): LoadingCache<Key, Value> {
  const records = new LRUCache<Key, Value>({ max: maxEntries })
  const absent = new LRUCache<Key, true>({ max: maxEntries })
  const loads = new Map<Key, Promise<Value | null>>()

  const startLoad = (key: Key): Promise<Value | null> => {
    const loading = load(key).then(
      value => {
        // A load that was forgotten meanwhile may have seen the former state.
        if (loads.get(key) === loading) {
          loads.delete(key)
          if (value === null) absent.set(key, true)
          else records.set(key, value)
        }
        return value
      },
      error => {
        if (loads.get(key) === loading) loads.delete(key)
        throw error
      },
    )
    loads.set(key, loading)
    return loading
  }

  return {
    async get(key) {
      const record = records.get(key)
      if (record !== undefined) return record
      if (absent.get(key) === true) return null
      return loads.get(key) ?? startLoad(key)
    },
    forget(key) {
      records.delete(key)
      absent.delete(key)
      loads.delete(key)
    },
    forgetAbsent() {
      absent.clear()
      loads.clear()
    },
    forgetAll() {
      records.clear()
      absent.clear()
      loads.clear()
    },
  }
}
