import type { AuditEvent, AuditSink, AwsApiCall } from '../audit/event.ts'

/** The record of all calls, in memory. */
export interface MemoryAudit {
  /** Every call so far, or those of one action such as `GetWebIdentityToken`; oldest first. */
  events(eventName?: string): readonly AwsApiCall[]
  /** Forgets what was recorded so far. */
  clear(): void
}

/** A sink that keeps its events, and the way to read them. */
export function createMemoryAudit(): { readonly sink: AuditSink; readonly audit: MemoryAudit } {
  const events: AuditEvent[] = []
  return {
    sink: {
      async write(event) {
        events.push(event)
      },
      async close() {},
    },
    audit: {
      events: eventName =>
        events
          .filter(event => event.eventType === 'AwsApiCall')
          .filter(event => eventName === undefined || event.eventName === eventName),
      clear() {
        events.length = 0
      },
    },
  }
}
