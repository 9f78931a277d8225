import type { Clock } from '../runtime/clock.ts'
import type { Logger } from './logger.ts'

/**
 * The most warnings and errors of one kind that are written in an interval; further ones are
 * counted.
 */
const MAX_LINES = 10
const INTERVAL_MS = 60_000

/** Kinds that are told apart; the rest count as one. The program has far fewer. */
const MAX_KINDS = 200

/** Does something once, later. */
type Later = (delayMs: number, task: () => void) => void

interface Kind {
  readonly sinceMs: number
  lines: number
  suppressed: number
}

type SampledLevel = 'warn' | 'error'

/**
 * A logger that writes the first warnings and errors of each kind, and says after a while how many more
 * there were: what happens thousands of times a second must not fill the disk of the log. A kind is a
 * message with the name and the code of its error.
 */
export function createSampledLogger(
  logger: Logger,
  clock: Clock,
  later: Later = (delayMs, task) => void setTimeout(task, delayMs).unref(),
): Logger {
  const kinds = new Map<string, Kind>()

  function beginKind(name: string): Kind {
    const kind = { sinceMs: clock.nowMs(), lines: 0, suppressed: 0 }
    kinds.set(name, kind)
    return kind
  }

  function findKind(level: SampledLevel, fields: object, message: string): [string, Kind] {
    const full = `${level} ${message} ${formatErrorKind(fields)}`
    const name = kinds.has(full) || kinds.size < MAX_KINDS ? full : level
    const known = kinds.get(name)
    const isCurrent = known !== undefined && Math.abs(clock.nowMs() - known.sinceMs) < INTERVAL_MS
    return [name, isCurrent ? known : beginKind(name)]
  }

  const sample =
    (level: SampledLevel): Logger[SampledLevel] =>
    (fields, message) => {
      const [name, kind] = findKind(level, fields, message)
      if (kind.lines < MAX_LINES) {
        kind.lines += 1
        logger[level](fields, message)
        return
      }
      kind.suppressed += 1
      if (kind.suppressed > 1) return
      later(kind.sinceMs + INTERVAL_MS - clock.nowMs(), () => {
        if (kinds.get(name) === kind) kinds.delete(name)
        logger[level]({ suppressed: kind.suppressed }, message)
      })
    }

  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: sample('warn'),
    error: sample('error'),
  }
}

function formatErrorKind(fields: object): string {
  const error = 'err' in fields ? fields.err : fields
  if (!(error instanceof Error)) return ''
  return `${error.name} ${'code' in error ? String(error.code) : ''}`
}
