import { realpathSync, statSync } from 'node:fs'
import { StoreMissingError } from '../failures.ts'
import { COMPANIONS } from './store-file.ts'

/**
 * The files of a store that is open, as they were when it was opened. When somebody removes or replaces
 * them, the program that has them open does not notice. It keeps writing to files that no longer have a
 * name, and these writes are lost.
 *
 * Looks only at names and inodes, because opening and closing a database file beside SQLite drops
 * SQLite's locks.
 */
export class OpenStoreFiles {
  readonly #path: string
  readonly #identity: string
  readonly #companions: Map<string, string | null>

  /**
   * `isOpenHere`: this process has the store open, and with it the files beside it, so they must stay
   * the same.
   * @throws StoreMissingError
   */
  constructor(path: string, { isOpenHere }: { readonly isOpenHere: boolean }) {
    const found = readStatus(path)
    if (found === null || found === 'unknown') throw new StoreMissingError(path)
    this.#path = path
    this.#identity = found.identity
    const realPath = realpathSync(path)
    const companions = isOpenHere ? COMPANIONS : []
    this.#companions = new Map(companions.map(each => [realPath + each, null]))
    this.findLoss()
  }

  /** What has become of one of the files, with its name: `/data/credence.db was removed`; null when nothing. */
  findLoss(): string | null {
    const found = readStatus(this.#path)
    if (found === null) return `${this.#path} was removed`
    if (found !== 'unknown') {
      if (found.identity !== this.#identity) return `${this.#path} was replaced`
      if (found.isEmpty) return `${this.#path} was emptied`
    }
    for (const [path, identity] of this.#companions) {
      const companion = readStatus(path)
      if (companion === 'unknown') continue
      // SQLite makes them when it needs them first.
      if (identity === null) this.#companions.set(path, companion?.identity ?? null)
      else if (companion === null) return `${path} was removed`
      else if (companion.identity !== identity) return `${path} was replaced`
    }
    return null
  }

  /** Whether the path of the store leads to another file now, or to none. */
  hasMoved(): boolean {
    const found = readStatus(this.#path)
    return found === null || (found !== 'unknown' && found.identity !== this.#identity)
  }

  /**
   * Whether SQLite may close the database. The last connection that closes it removes the files beside
   * it by their names, even when these belong to another store by now.
   */
  mayClose(): boolean {
    return [...this.#companions].every(([path, identity]) => {
      const found = readStatus(path)
      return found === null || (found !== 'unknown' && found.identity === identity)
    })
  }
}

interface Status {
  readonly identity: string
  readonly isEmpty: boolean
}

/** Null when there is no such file. When this can't be found out now, it does not count as a loss. */
function readStatus(path: string): Status | 'unknown' | null {
  try {
    // Inode numbers have 64 bits.
    const status = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (status === undefined) return null
    return { identity: `${status.dev}:${status.ino}`, isEmpty: status.size === 0n }
  } catch {
    return 'unknown'
  }
}
