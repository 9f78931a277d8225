import type { Writable } from 'node:stream'
import type { AuditEvent, AuditSink } from './event.ts'

/**
 * Writes audit events as JSON lines to a stream, such as standard output. An event counts as written
 * when the operating system has taken it; the program that reads the other end must keep it safe. The
 * stream is not closed, because it belongs to the code that opened it.
 */
export function createStreamSink(stream: Writable): AuditSink {
  const pending = new Set<Promise<void>>()
  let isClosed = false
  // A stream without a listener throws its errors at the process, even after a write has reported
  // its own, so this one stays for good.
  stream.on('error', () => {})

  function writeLine(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      stream.write(line, error => (error ? reject(error) : resolve()))
    })
  }

  return {
    async write(event: AuditEvent) {
      if (isClosed) throw new Error('the audit sink is closed')
      const written = writeLine(`${JSON.stringify(event)}\n`)
      pending.add(written)
      try {
        await written
      } finally {
        pending.delete(written)
      }
    },
    async close() {
      isClosed = true
      await Promise.allSettled(pending)
    },
  }
}
