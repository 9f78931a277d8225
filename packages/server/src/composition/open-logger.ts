import type { Config } from '../config/config.ts'
import { createLogger } from '../telemetry/create-logger.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Surroundings } from './surroundings.ts'

/** The log as configured. */
export function openLogger({ log }: Config, { clock, logDescriptor }: Surroundings): Logger {
  const { level } = log
  if (logDescriptor === undefined) return createLogger({ level, clock })
  return createLogger({ level, clock, fileDescriptor: logDescriptor })
}
