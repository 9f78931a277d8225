import type { Config } from '../config/config.ts'
import type { IssuerKey } from '../store/ports.ts'
import type { Environment } from './environment.ts'
import { createKeyEvents, type KeyChangeReason } from './key-events.ts'
import { recordEvents } from './record-events.ts'

/**
 * Writes to the server's audit file what a command has done to signing keys.
 * @returns why it is not on record, in words; null when it is. What was done is not undone.
 */
export async function recordKeyChanges(
  config: Config,
  environment: Pick<Environment, 'clock' | 'random'>,
  keys: readonly IssuerKey[],
  reason: KeyChangeReason,
): Promise<string | null> {
  if (keys.length === 0) return null
  return recordEvents(config, createKeyEvents(config, environment)(keys, reason))
}
