import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { chown, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { formatSystemError } from '../../runtime/format-system-error.ts'
import { formatUnfinishedPath, removeUnfinished } from '../../runtime/whole-file.ts'
import { withDirectoryLock } from './directory-lock.ts'
import {
  type NewObject,
  type StoredObject,
  type Target,
  TargetError,
  type WriteCondition,
} from './target.ts'
import { defineTargetKind, type TargetDeps } from './target-kind.ts'

const DIRECTORY_MODE = 0o755
const FILE_MODE = 0o644
const WRITABLE_BY_ANYBODY = 0o002
/** More than any key set takes. */
const MAX_FILE_BYTES = 1_048_576
/** What a program that was killed has left is older than this. */
const LEFT_BEHIND_MS = 3600_000

/** A directory on this machine, of which a web server makes a site. */
export const DIRECTORY = defineTargetKind({
  kind: 'directory',
  summary:
    'A directory on this machine, which a web server of yours serves or something else copies to where it is served.',
  settings: z.strictObject({
    path: z
      .string()
      .min(1)
      .describe('The directory. It must be there: what is not mounted is not made anew.'),
  }),
  open: (name, { path }, deps) => new DirectoryTarget(name, resolve(path), deps),
})

/**
 * Files in a directory. Whoever reads one sees the old content or the new one, whole, wherever this
 * process or the machine stops. A tag is the digest of a file's content.
 */
class DirectoryTarget implements Target {
  readonly kind = 'directory'
  readonly name: string
  readonly #directory: string
  readonly #deps: TargetDeps

  constructor(name: string, directory: string, deps: TargetDeps) {
    this.name = name
    this.#directory = directory
    this.#deps = deps
  }

  read(path: string): Promise<StoredObject | null> {
    return this.#attempt(path, () => this.#find(path))
  }

  write(path: string, { bytes }: NewObject, condition: WriteCondition) {
    return this.#attempt(path, async owner => {
      const file = join(this.#directory, path)
      const made = await mkdir(dirname(file), { recursive: true, mode: DIRECTORY_MODE })
      if (made !== undefined) await this.#giveAbove(dirname(file), owner)
      const unfinished = formatUnfinishedPath(file, this.#deps.random)
      try {
        await writeToDisk(unfinished, bytes, owner)
        const outcome = await this.#exclusively(async () => {
          if (!holds(condition, await this.#find(path))) return 'changed'
          await rename(unfinished, file)
          return 'written'
        })
        if (outcome === 'changed') return outcome
      } finally {
        await unlink(unfinished).catch(() => {})
      }
      await syncDirectory(dirname(file))
      if (made !== undefined) await this.#syncAbove(dirname(file))
      this.#clean(file)
      return 'written'
    })
  }

  remove(path: string, condition: WriteCondition & { readonly kind: 'matches' }) {
    return this.#attempt(path, async () => {
      const file = join(this.#directory, path)
      const outcome = await this.#exclusively(async () => {
        if (!holds(condition, await this.#find(path))) return 'changed'
        await unlink(file)
        return 'removed'
      })
      if (outcome === 'removed') await syncDirectory(dirname(file))
      return outcome
    })
  }

  async #find(path: string): Promise<StoredObject | null> {
    try {
      const bytes = await readFromDisk(join(this.#directory, path))
      const tag = createHash('sha256').update(bytes).digest('hex')
      return { bytes, tag, contentType: null, cacheControl: null }
    } catch (error) {
      if (isCode(error, 'ENOENT')) return null
      throw error
    }
  }

  #exclusively<Outcome extends string>(work: () => Promise<Outcome>): Promise<Outcome> {
    return withDirectoryLock(this.#directory, this.#deps.timeoutMs, work)
  }

  /** What root has made for the service, the service must be able to write. */
  async #giveAbove(directory: string, { uid, gid }: Stats): Promise<void> {
    if (!isRoot()) return
    for (let each = directory; each !== this.#directory; each = dirname(each)) {
      await chown(each, uid, gid)
    }
  }

  /** A new directory's name must survive a power failure too. */
  async #syncAbove(directory: string): Promise<void> {
    for (let each = directory; each !== this.#directory; each = dirname(each)) {
      await syncDirectory(dirname(each))
    }
  }

  #clean(file: string): void {
    const beforeMs = this.#deps.clock.nowMs() - LEFT_BEHIND_MS
    removeUnfinished(file, ({ mtimeMs }) => mtimeMs < beforeMs)
  }

  async #attempt<Result>(path: string, work: (owner: Stats) => Promise<Result>): Promise<Result> {
    const timeout = AbortSignal.timeout(this.#deps.timeoutMs)
    const ended = Promise.withResolvers<never>()
    const end = (): void =>
      ended.reject(new TargetError('unreachable', `${this.#directory} did not answer in time`))
    const signal = AbortSignal.any([timeout, this.#deps.stopping])
    signal.addEventListener('abort', end, { once: true })
    try {
      signal.throwIfAborted()
      return await Promise.race([this.#requireDirectory().then(work), ended.promise])
    } catch (error) {
      if (error instanceof TargetError) throw error
      const isRefused = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].some(code => isCode(error, code))
      const text = `${join(this.#directory, path)}: ${formatSystemError(error)}`
      throw new TargetError(isRefused ? 'refused' : 'unreachable', text, { cause: error })
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  async #requireDirectory(): Promise<Stats> {
    const found = await stat(this.#directory).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return null
      throw error
    })
    if (found?.isDirectory() !== true) {
      throw new TargetError('refused', `${this.#directory} is not a directory, or not mounted`)
    }
    if ((found.mode & WRITABLE_BY_ANYBODY) !== 0) {
      const text = `anybody on this machine may write in ${this.#directory}; run: chmod o-w ${this.#directory}`
      throw new TargetError('refused', text)
    }
    return found
  }
}

function holds(condition: WriteCondition, present: StoredObject | null): boolean {
  return condition.kind === 'absent' ? present === null : present?.tag === condition.tag
}

/**
 * Opens without waiting: a pipe in the place of a file would keep a thread of this process for ever, and
 * there are few.
 */
async function readFromDisk(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new TargetError('refused', `${path} is not a file: remove it`)
    if (found.size > MAX_FILE_BYTES) {
      throw new TargetError('refused', `${path} has more than ${MAX_FILE_BYTES} bytes: remove it`)
    }
    return await file.readFile()
  } finally {
    await file.close()
  }
}

async function writeToDisk(path: string, bytes: Uint8Array, { uid, gid }: Stats): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE)
  try {
    await file.writeFile(bytes)
    // Whatever this process's umask is: the web server is another user.
    await file.chmod(FILE_MODE)
    if (isRoot()) await file.chown(uid, gid)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function isRoot(): boolean {
  return process.geteuid?.() === 0
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
