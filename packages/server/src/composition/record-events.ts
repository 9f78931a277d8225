import { existsSync } from 'node:fs'
import type { AuditEvent } from '../audit/event.ts'
import { openFileSink } from '../audit/file-sink.ts'
import type { Config } from '../config/config.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'

/**
 * Writes to the server's audit file what a command has done. The file is never made here, because it
 * would belong to the user of the command, and the server could not write to it.
 *
 * @returns why it is not on record, in words; null when it is. What was done is not undone.
 */
export async function recordEvents(
  { audit }: Pick<Config, 'audit'>,
  events: readonly AuditEvent[],
): Promise<string | null> {
  const { destination, file: path, durability } = audit
  if (destination !== 'file') return 'the audit goes to the standard output of the server'
  if (!existsSync(path)) return `there is no audit file ${path} yet`
  try {
    const sink = await openFileSink({ path, durability, onChange: () => {} })
    for (const event of events) await sink.write(event)
    await sink.close()
    return null
  } catch (error) {
    return `${path}: ${formatSystemError(error)}`
  }
}
