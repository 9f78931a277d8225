import { pino } from 'pino'
import type { Config } from '../config/config.ts'
import type { Clock } from '../runtime/clock.ts'
import { redact } from '../runtime/redaction.ts'
import { toLogFields } from './log-fields.ts'
import type { Logger } from './logger.ts'

const STDERR = 2

/** The most bytes of lines that wait while the log takes none; further lines are dropped. */
const MAX_WAITING_BYTES = 1_048_576

/**
 * A logger that writes one JSON object a line to standard error. Writing is synchronous: the line
 * that says why a process died is the one that matters most, and the log is no hot path (API calls
 * are recorded by the audit). A log that can't be written never stops the service.
 */
export function createLogger(options: {
  readonly level: Config['log']['level']
  readonly clock: Clock
  /** Where to write; standard error when left out. */
  readonly fileDescriptor?: number
}): Logger {
  const { level, clock, fileDescriptor = STDERR } = options
  const destination = pino.destination({
    dest: fileDescriptor,
    sync: true,
    maxLength: MAX_WAITING_BYTES,
  })
  destination.on('error', () => {})
  const logger = pino(
    {
      level,
      // pino would describe `err` once more, with all its properties.
      serializers: { err: described => described },
      formatters: { level: label => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
    },
    destination,
  )
  const writeAt =
    (method: keyof Logger): Logger['info'] =>
    (fields, message) => {
      if (logger.isLevelEnabled(method)) {
        logger[method](toLogFields(fields), redact(message))
      }
    }
  return {
    debug: writeAt('debug'),
    info: writeAt('info'),
    warn: writeAt('warn'),
    error: writeAt('error'),
  }
}
