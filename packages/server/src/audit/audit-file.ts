import { constants, fstatSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncToDisk } from '../runtime/whole-file.ts'

/** Which file, and what an acknowledged event survives. */
export interface AuditFileOptions {
  readonly path: string
  /** `fsync`: a power failure. `write`: the end of this process, but no power failure. */
  readonly durability: 'fsync' | 'write'
}

/** What somebody else has done to an audit file. */
export type AuditFileChange =
  /** It, or a directory above it, has another name now: nothing of it is lost. */
  | 'moved'
  /** It has no name any more: what stood in it is gone. */
  | 'deleted'
  /** It is shorter than it was: what stood at its end is gone. */
  | 'truncated'

/**
 * Opens a file for appending, and closes a line that was left unfinished. A new file has mode 0600.
 * Rejects when it can't be opened.
 */
export async function openAuditFile(options: AuditFileOptions): Promise<AuditFile> {
  const isSynced = options.durability === 'fsync' && SYNCS_BY_FLAG
  const flags = isSynced ? APPENDING | constants.O_DSYNC : APPENDING
  const handle = await open(options.path, flags, 0o600)
  try {
    const file = new AuditFile(handle, options)
    await file.endUnfinishedLine()
    // A file that was just made is lost with its directory entry, unless that is on the disk too.
    if (options.durability === 'fsync') syncToDisk(dirname(options.path))
    return file
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * An open audit file, which knows what it should find at its path. Its methods must not overlap. Looking
 * takes a microsecond or two and no descriptor, so that it can be done for every write.
 */
export class AuditFile {
  /** A regular file, where what is written stays; not a device such as a terminal, and not a pipe. */
  readonly isRegular: boolean
  readonly #handle: FileHandle
  readonly #options: AuditFileOptions
  readonly #device: bigint
  readonly #inode: bigint
  /** As large as it has been seen. Others may append to it, but it never becomes smaller. */
  #size: bigint

  constructor(handle: FileHandle, options: AuditFileOptions) {
    this.#handle = handle
    this.#options = options
    const found = fstatSync(handle.fd, { bigint: true })
    this.isRegular = found.isFile()
    this.#device = found.dev
    this.#inode = found.ino
    this.#size = found.size
  }

  /** Whether it is the file that its path leads to. */
  isAtPath(): boolean {
    const found = statSync(this.#options.path, { bigint: true, throwIfNoEntry: false })
    return found?.ino === this.#inode && found.dev === this.#device
  }

  /** What has lost events of it since the last look; null when nothing has. */
  findLoss(): Exclude<AuditFileChange, 'moved'> | null {
    // A device has no size, and may have no name.
    if (!this.isRegular) return null
    const found = fstatSync(this.#handle.fd, { bigint: true })
    const isShorter = found.size < this.#size
    this.#size = found.size
    if (found.nlink === 0n) return 'deleted'
    return isShorter ? 'truncated' : null
  }

  /** Appends bytes, as durably as configured. */
  async append(bytes: Uint8Array): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, written)
      written += bytesWritten
    }
    if (this.#options.durability === 'fsync' && !SYNCS_BY_FLAG) await this.#handle.datasync()
    this.#size += BigInt(written)
  }

  /** Ends a last line that has no line break, so that what follows is not taken for its end. */
  async endUnfinishedLine(): Promise<void> {
    const { size } = fstatSync(this.#handle.fd)
    if (size === 0) return
    const { buffer } = await this.#handle.read(new Uint8Array(1), 0, 1, size - 1)
    if (buffer[0] !== LINE_FEED) await this.append(Buffer.from('\n'))
  }

  /** Never rejects: what was acknowledged is written, and closing adds nothing to it. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => {})
  }
}

/**
 * On Linux a write to a file opened so returns when the data is on the disk (open(2), O_DSYNC).
 * That takes half the CPU time of a write with an `fdatasync` after it, which goes through the
 * thread pool twice. Other systems promise less with the flag than with the call.
 */
const SYNCS_BY_FLAG = process.platform === 'linux'

const APPENDING = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT

const LINE_FEED = 0x0a
