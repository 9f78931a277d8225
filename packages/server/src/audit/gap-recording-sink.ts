import { formatSystemError } from '../runtime/format-system-error.ts'
import type { AuditEvent, AuditFields, AuditSink } from './event.ts'
import { formatEventTime } from './event-time.ts'

interface Gap {
  readonly sinceMs: number
  readonly reason: string
  events: number
}

/** What a gap is put on record with. */
export interface GapRecordingOptions {
  readonly nowMs: () => number
  /** The event that says how much is not on record. */
  readonly createGapEvent: (details: AuditFields) => AuditEvent
}

/**
 * A sink that knows whether it works. What it could not write it counts, and says so in the audit itself
 * as soon as that can be written again: a record with holes in it must show them.
 */
export class GapRecordingSink implements AuditSink {
  readonly #sink: AuditSink
  readonly #options: GapRecordingOptions
  #gap: Gap | null = null

  constructor(sink: AuditSink, options: GapRecordingOptions) {
    this.#sink = sink
    this.#options = options
  }

  async write(event: AuditEvent): Promise<void> {
    try {
      await this.#sink.write(event)
    } catch (error) {
      const reason = formatSystemError(error)
      this.#gap ??= { sinceMs: this.#options.nowMs(), reason, events: 0 }
      this.#gap.events += 1
      throw error
    }
  }

  /** Why events are not on record at present, in words; null while they are. */
  get failure(): string | null {
    return this.#gap?.reason ?? null
  }

  /**
   * Tries whether a gap is over, by putting it on record.
   * @returns how many events are missing; null when there was no gap, or it goes on
   */
  async endGap(): Promise<number | null> {
    const gap = this.#gap
    if (gap === null) return null
    const { events, reason } = gap
    const details = {
      events,
      from: formatEventTime(gap.sinceMs),
      to: formatEventTime(this.#options.nowMs()),
      reason,
    }
    try {
      await this.#sink.write(this.#options.createGapEvent(details))
    } catch {
      return null
    }
    // What failed while the event was written belongs to the next gap.
    gap.events -= events
    if (gap.events === 0) this.#gap = null
    return events
  }

  close(): Promise<void> {
    return this.#sink.close()
  }
}
