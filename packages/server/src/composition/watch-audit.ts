import type { DiskRoom } from '../audit/disk-room.ts'
import type { FileSink } from '../audit/file-sink.ts'
import type { GapRecordingSink } from '../audit/gap-recording-sink.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'
import type { Logger } from '../telemetry/logger.ts'

/** What is watched. */
export interface AuditWatchOptions {
  /** Null where the audit is no file. */
  readonly file: FileSink | null
  readonly room: DiskRoom | null
  readonly sink: GapRecordingSink
  readonly logger: Logger
}

/**
 * Looks after the audit, even while nobody calls: its file, the room on its disk, and its failures.
 */
export class AuditWatch {
  readonly #options: AuditWatchOptions
  #isLooking = false
  #isAmple = true
  #fileFailure: string | null = null

  constructor(options: AuditWatchOptions) {
    this.#options = options
  }

  /** Why events are not on record at present, in words; null while they are. */
  get failure(): string | null {
    return this.#fileFailure ?? this.#options.sink.failure
  }

  /** Looks now. Never rejects; does nothing while another look goes on. */
  async look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      await this.#lookAtFile()
      await this.#lookAtRoom()
      await this.#endGap()
    } finally {
      this.#isLooking = false
    }
  }

  async #lookAtFile(): Promise<void> {
    try {
      await this.#options.file?.check()
      this.#fileFailure = null
    } catch (error) {
      this.#fileFailure = formatSystemError(error)
      this.#options.logger.error({ err: error }, 'the audit file cannot be used')
    }
  }

  async #lookAtRoom(): Promise<void> {
    const { room, logger } = this.#options
    await room?.look()
    const isAmple = room?.isAmple ?? true
    if (isAmple === this.#isAmple) return
    this.#isAmple = isAmple
    const fields = { freeBytes: room?.freeBytes }
    if (isAmple) logger.info(fields, 'the audit disk has room again')
    else logger.error(fields, 'the audit disk is nearly full: unproven calls are only counted')
  }

  async #endGap(): Promise<void> {
    const { sink, logger } = this.#options
    const missing = await sink.endGap()
    if (missing !== null) logger.info({ missing }, 'events are on record again')
  }
}
