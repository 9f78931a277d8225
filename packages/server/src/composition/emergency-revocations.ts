import { lstatSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Denials, denyAll, NO_DENIALS, parseDenials } from '../issuer/keys/denials.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'
import { MEMORY_PATH } from '../store/sqlite/database-file.ts'

/** Room for more than fifteen thousand keys. */
export const MAX_EMERGENCY_BYTES = 1_048_576

/** The file beside a store that names keys to deny; null for a store that is in no directory. */
export function findEmergencyFile(storePath: string): string | null {
  return storePath === MEMORY_PATH ? null : join(dirname(storePath), 'emergency-revocations')
}

/**
 * The keys that the file denies. It is looked at with a call of the system that needs no descriptor,
 * and read when it has changed. Whatever keeps it from being read denies every key: it is unknown then
 * which are meant.
 */
export class EmergencyRevocations {
  readonly #path: string | null
  #stamp = ''
  #denials: Denials = NO_DENIALS

  /** Reads the file for the first time. */
  constructor(path: string | null) {
    this.#path = path
    this.read()
  }

  /** As the file was when it was read last. */
  get denials(): Denials {
    return this.#denials
  }

  /** Looks at the file again. Never throws. @returns whether it says something else now */
  read(): boolean {
    if (this.#path === null) return false
    const before = this.#denials
    try {
      this.#denials = this.#readFile(this.#path)
    } catch (error) {
      this.#stamp = ''
      this.#denials = denyAllAgain(before, `${this.#path}: ${formatSystemError(error)}`)
    }
    return this.#denials !== before
  }

  #readFile(path: string): Denials {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats === undefined) {
      this.#stamp = ''
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
        return denyAllAgain(this.#denials, `${path} is a link to what is not there`)
      }
      // Where there is no directory either, its disk is away, and nobody has taken anything back.
      const isAway = statSync(dirname(path), { throwIfNoEntry: false }) === undefined
      return isAway ? this.#denials : NO_DENIALS
    }
    const { dev, ino, size, mtimeNs, ctimeNs } = stats
    const stamp = [dev, ino, size, mtimeNs, ctimeNs].join()
    if (stamp === this.#stamp) return this.#denials
    if (!stats.isFile()) return denyAllAgain(this.#denials, `${path} is not a file`)
    if (size > MAX_EMERGENCY_BYTES) return denyAllAgain(this.#denials, `${path} is too large`)
    const found = parseDenials(readFileSync(path, 'utf8'))
    this.#stamp = stamp
    return found.fault === null ? found : denyAll(`${path}: ${found.fault}`)
  }
}

/** Keeps the state while the fault is the same, so that it is reported once. */
function denyAllAgain(before: Denials, fault: string): Denials {
  return before.fault === fault ? before : denyAll(fault)
}
