import { AuditOpenError } from '../audit/audit-open-error.ts'
import type { AuditSink } from '../audit/event.ts'
import { openFileSink } from '../audit/file-sink.ts'
import { createStreamSink } from '../audit/stream-sink.ts'
import type { Config } from '../config/config.ts'
import { describeSystemError } from '../runtime/describe-system-error.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { meterAudit } from './meter-parts.ts'
import type { Surroundings } from './surroundings.ts'

/** The configured audit sink, and the way to open its file anew, which never rejects. @throws AuditOpenError */
export async function openAudit(
  { audit: { destination, durability, file: path } }: Config,
  logger: Logger,
  metrics: Metrics,
  { substitutes }: Surroundings,
): Promise<{ readonly audit: AuditSink; readonly reopenAudit: () => Promise<void> }> {
  if (substitutes?.audit !== undefined || destination === 'stdout') {
    metrics.readLater('credence_audit_batches_total', () => [{ labels: {}, value: 0 }])
    const audit = meterAudit(substitutes?.audit ?? createStreamSink(process.stdout), metrics)
    return { audit, reopenAudit: async () => {} }
  }
  const audit = await openFileSink({ path, durability }).catch((cause: unknown) => {
    throw new AuditOpenError(path, describeSystemError(cause), cause)
  })
  metrics.readLater('credence_audit_batches_total', () => [
    { labels: {}, value: audit.countBatches() },
  ])
  const reopenAudit = async () => {
    try {
      await audit.reopen()
      logger.info({ file: path }, 'audit file opened anew')
    } catch (error) {
      logger.error({ err: error }, 'audit file not opened anew; the old one stays in use')
    }
  }
  return { audit: meterAudit(audit, metrics), reopenAudit }
}
