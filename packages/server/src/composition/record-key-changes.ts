import { existsSync } from 'node:fs'
import { openFileSink } from '../audit/file-sink.ts'
import type { Config } from '../config/config.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'
import type { IssuerKey } from '../store/ports.ts'
import type { Environment } from './environment.ts'
import { createKeyEvents, type KeyChangeReason } from './key-events.ts'

/**
 * Writes to the server's audit file what a command has done to signing keys. The file is never made
 * here, because it would belong to the user of the command, and the server could not write to it.
 *
 * @returns why it is not on record, in words; null when it is. What was done is not undone.
 */
export async function recordKeyChanges(
  config: Config,
  environment: Pick<Environment, 'clock' | 'random'>,
  keys: readonly IssuerKey[],
  reason: KeyChangeReason,
): Promise<string | null> {
  const { destination, file: path, durability } = config.audit
  if (keys.length === 0) return null
  if (destination !== 'file') return 'the audit goes to the standard output of the server'
  if (!existsSync(path)) return `there is no audit file ${path} yet`
  try {
    const sink = await openFileSink({ path, durability, onChange: () => {} })
    for (const event of createKeyEvents(config, environment)(keys, reason)) await sink.write(event)
    await sink.close()
    return null
  } catch (error) {
    return `${path}: ${formatSystemError(error)}`
  }
}
