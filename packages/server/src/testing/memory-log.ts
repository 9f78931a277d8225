import { redact } from '../runtime/redaction.ts'
import { toLogFields } from '../telemetry/log-fields.ts'
import type { Logger } from '../telemetry/logger.ts'

/** A line of the server's log. Secrets and tokens are redacted, as in production. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A log that is kept in memory, and prints nothing. */
export function createMemoryLog(): { readonly logger: Logger; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = []
  const write =
    (level: LogLine['level']): Logger['info'] =>
    (fields, message) => {
      lines.push({ level, message: redact(message), fields: toLogFields(fields) })
    }
  const logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  return { logger, lines }
}
