import {
  type AuditFile,
  type AuditFileChange,
  type AuditFileOptions,
  openAuditFile,
} from './audit-file.ts'
import type { AuditEvent, AuditSink } from './event.ts'

/** Where events go, and who is told when others change the file. */
export interface FileSinkOptions extends AuditFileOptions {
  /** Called when somebody else has changed the file, and writing goes on. */
  readonly onChange: (change: AuditFileChange) => void
}

/** An audit sink in a file that can be rotated. */
export interface FileSink extends AuditSink {
  /** Opens the path anew: after a rename, what follows goes to a new file. Rejects if it can't. */
  reopen(): Promise<void>
  /** Looks at the file, and opens it anew where that is needed. Rejects if it can't be used. */
  check(): Promise<void>
  /** Writes so far, each with all events that waited, also those that failed. */
  countBatches(): number
}

/**
 * Appends audit events to a file as JSON lines. A new file has mode 0600; the mode of an existing
 * one is kept, so that an operator can let a log shipper read it.
 *
 * Events of concurrent calls are written together, with one synced write. When that fails, all of
 * them are rejected, and the next event tries again on a newly opened file. A line that was left
 * unfinished, by a full disk or a crash, is closed with a line break before anything follows it.
 *
 * An event is acknowledged when it is in the file at the path, or in the one that a rotation has
 * just moved from there. When the file is deleted or replaced meanwhile, it is opened anew; when it
 * is truncated, writing goes on at its end. In each case the event is written again. Something else
 * in the place of a regular file, such as a link to `/dev/null`, is not written to: nothing would
 * be on record.
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

/**
 * How often an event is written before it is given up, when somebody deletes or truncates the file
 * each time.
 */
const MAX_ATTEMPTS = 3

class AppendingFileSink implements FileSink {
  readonly #options: FileSinkOptions
  #file: AuditFile | null = null
  #waiting: WaitingLine[] = []
  /** Every step on the file follows the one before, so that no two overlap. */
  #lastStep: Promise<void> = Promise.resolve()
  #isClosed = false
  /** Once it was a regular file, no device or pipe is taken in its place: nothing would stay there. */
  #keepsEvents = false
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
      await this.#open()
    })
  }

  async check(): Promise<void> {
    await this.#enqueue(async () => {
      if (this.#isClosed) return
      const file = await this.#findFile()
      const loss = file.findLoss()
      if (loss !== null) await this.#makeGood(file, loss)
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
      await this.#append(Buffer.from(batch.map(({ line }) => line).join('')))
    } catch (error) {
      // Opening anew finds out where the file ends, and works again on a file system that came back.
      await this.#release()
      for (const { reject } of batch) reject(error)
      return
    }
    for (const { resolve } of batch) resolve()
  }

  async #append(bytes: Uint8Array): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const file = await this.#findFile()
      await file.append(bytes)
      const loss = file.findLoss()
      if (loss === null) return
      await this.#makeGood(file, loss)
    }
    throw new Error(`the audit file ${this.#options.path} is deleted again and again`)
  }

  /** The file that is at the path now; one is made where there is none. */
  async #findFile(): Promise<AuditFile> {
    const file = this.#file
    if (file === null) return this.#open()
    if (file.isAtPath()) return file
    return this.#makeGood(file, file.findLoss() === 'deleted' ? 'deleted' : 'moved')
  }

  async #makeGood(file: AuditFile, change: AuditFileChange): Promise<AuditFile> {
    if (change === 'truncated') {
      this.#options.onChange(change)
      await file.endUnfinishedLine()
      return file
    }
    const opened = await this.#open()
    this.#options.onChange(change)
    return opened
  }

  async #open(): Promise<AuditFile> {
    // The old file stays in use when the new one can't be opened.
    const file = await openAuditFile(this.#options)
    if (this.#keepsEvents && !file.isRegular) {
      await file.close()
      throw new Error(`the audit file ${this.#options.path} is no regular file any more`)
    }
    this.#keepsEvents = file.isRegular
    await this.#release()
    this.#file = file
    return file
  }

  async #release(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close()
  }
}
