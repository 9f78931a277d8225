import type { Config } from '../config/config.ts'
import { createLogger } from '../telemetry/create-logger.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createSampledLogger } from '../telemetry/sampled-logger.ts'
import type { Environment } from './environment.ts'

/** The log as configured, unless the environment brings one. */
export function openLogger(
  { log }: Config,
  { clock, logDescriptor, overrides }: Environment,
): Logger {
  if (overrides?.logger !== undefined) return overrides.logger
  const { level } = log
  const options = logDescriptor === undefined ? {} : { fileDescriptor: logDescriptor }
  return createSampledLogger(createLogger({ level, clock, ...options }), clock)
}
