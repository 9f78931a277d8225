import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * How much room the disk of a file has, as it was when somebody last looked. Below the reserve there is
 * room only for what must be written.
 */
export class DiskRoom {
  readonly #directory: string
  readonly #reserveBytes: number
  #freeBytes: number | null = null

  constructor(path: string, reserveBytes: number) {
    this.#directory = dirname(path)
    this.#reserveBytes = reserveBytes
  }

  /** Looks now. A file system that does not say leaves it at what was known. */
  async look(): Promise<void> {
    const found = await statfs(this.#directory).catch(() => null)
    if (found !== null) this.#freeBytes = found.bavail * found.bsize
  }

  /** Null before the first look. */
  get freeBytes(): number | null {
    return this.#freeBytes
  }

  /** Whether there is more than the reserve. */
  get isAmple(): boolean {
    return this.#freeBytes === null || this.#freeBytes >= this.#reserveBytes
  }
}
