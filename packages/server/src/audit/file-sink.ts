import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AuditEvent, AuditSink } from './event.ts'

/** Which file, and what an acknowledged event survives. */
export interface FileSinkOptions {
  readonly path: string
  /** `fsync`: a power failure. `write`: the end of this process, but no power failure. */
  readonly durability: 'fsync' | 'write'
}

/** An audit sink in a file that can be rotated. */
export interface FileSink extends AuditSink {
  /** Opens the path anew: after a rename, what follows goes to a new file. Rejects if it can't. */
  reopen(): Promise<void>
  /** Writes so far, each with all events that waited, also those that failed. */
  countBatches(): number
}

/**
 * Appends audit events to a file as JSON lines. A new file has mode 0600; the mode of an existing
 * one is kept, so that an operator can let a log shipper read it.
 *
 * Events of concurrent calls are written together, with one synced write. When that fails, all
 * of them are rejected, and the next event tries again on a newly opened file. A line that was left
 * unfinished, by a full disk or a crash, is closed with a line break before anything follows it.
 *
 * Rejects when the file can't be opened for appending.
 */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const sink = new AppendingFileSink(options)
  await sink.reopen()
  return sink
}

interface WaitingLine {
  readonly line: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

class AppendingFileSink implements FileSink {
  readonly #options: FileSinkOptions
  #file: FileHandle | null = null
  #waiting: WaitingLine[] = []
  /** Every step on the file follows the one before, so that no two overlap. */
  #lastStep: Promise<void> = Promise.resolve()
  #isClosed = false
  #batches = 0

  constructor(options: FileSinkOptions) {
    this.#options = options
  }

  async write(event: AuditEvent): Promise<void> {
    if (this.#isClosed) throw new Error('the audit file is closed')
    const line = `${JSON.stringify(event)}\n`
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject })
      // Whoever comes while the step before is still busy joins this one.
      if (this.#waiting.length === 1) void this.#enqueue(() => this.#writeWaiting())
    })
  }

  async reopen(): Promise<void> {
    if (this.#isClosed) throw new Error('the audit file is closed')
    await this.#enqueue(async () => {
      // The old file stays in use when the new one can't be opened.
      const file = await openForAppending(this.#options)
      await this.#release()
      this.#file = file
    })
  }

  countBatches(): number {
    return this.#batches
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#enqueue(() => this.#release())
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    const result = this.#lastStep.then(step)
    this.#lastStep = result.catch(() => {})
    return result
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = []
    this.#batches += 1
    try {
      this.#file ??= await openForAppending(this.#options)
      await appendAll(this.#file, batch.map(({ line }) => line).join(''))
      if (this.#options.durability === 'fsync' && !SYNCS_BY_FLAG) await this.#file.datasync()
    } catch (error) {
      // Opening anew finds out where the file ends, and works again on a file system that came back.
      await this.#release()
      for (const { reject } of batch) reject(error)
      return
    }
    for (const { resolve } of batch) resolve()
  }

  async #release(): Promise<void> {
    const file = this.#file
    this.#file = null
    // What was acknowledged is written, and synced if that was promised; closing adds nothing.
    await file?.close().catch(() => {})
  }
}

/**
 * On Linux a write to a file opened so returns when the data is on the disk (open(2), O_DSYNC). Half the
 * CPU time of a write and an `fdatasync` after it, which are two journeys through the thread pool. Other
 * systems promise less with the flag than with the call.
 */
const SYNCS_BY_FLAG = process.platform === 'linux'

const APPENDING = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT

async function openForAppending({ path, durability }: FileSinkOptions): Promise<FileHandle> {
  const isSynced = durability === 'fsync' && SYNCS_BY_FLAG
  const file = await open(path, isSynced ? APPENDING | constants.O_DSYNC : APPENDING, 0o600)
  try {
    await endUnfinishedLine(file)
    if (durability === 'fsync') await syncDirectory(dirname(path))
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

async function endUnfinishedLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  if (size === 0) return
  const { buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1)
  if (buffer[0] !== LINE_FEED) await appendAll(file, '\n')
}

const LINE_FEED = 0x0a

/** A file that was just made is lost with its directory entry, unless that is on the disk too. */
async function syncDirectory(path: string): Promise<void> {
  try {
    await using directory = await open(path, 'r')
    await directory.sync()
  } catch {
    // Not every file system can sync a directory, and a directory may be writable but not readable.
  }
}

async function appendAll(file: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written)
    written += bytesWritten
  }
}
