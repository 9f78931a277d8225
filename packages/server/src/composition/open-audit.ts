import { AuditOpenError } from '../audit/audit-open-error.ts'
import { createServiceEvent, type ServiceEventParts } from '../audit/create-service-event.ts'
import { DiskRoom } from '../audit/disk-room.ts'
import type { AuditFields, AuditSink } from '../audit/event.ts'
import { type FileSink, openFileSink } from '../audit/file-sink.ts'
import { GapRecordingSink } from '../audit/gap-recording-sink.ts'
import { createStreamSink } from '../audit/stream-sink.ts'
import type { Config } from '../config/config.ts'
import { createRegions } from '../config/regions.ts'
import { startInterval } from '../http/interval.ts'
import { UnprovenCalls } from '../pipeline/unproven-calls.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Environment } from './environment.ts'
import { meterAudit } from './meter-parts.ts'
import { AuditWatch } from './watch-audit.ts'

/** The audit of a server, watched. */
export interface OpenAudit {
  readonly audit: AuditSink
  readonly unprovenCalls: UnprovenCalls
  /** Opens the file anew, as log rotation needs it. Never rejects. */
  readonly reopenAudit: () => Promise<void>
  /** Why events are not on record at present, in words; null while they are. */
  readonly findFailure: () => string | null
}

const WATCH_INTERVAL_MS = 1000
const SUMMARY_INTERVAL_MS = 60_000

/** After so long without calls, unproven callers may make the most calls at once. */
const BURST_SECONDS = 10

/** Opens the configured audit. @throws AuditOpenError */
export async function openAudit(
  config: Config,
  logger: Logger,
  metrics: Metrics,
  { clock, random, overrides }: Environment,
): Promise<OpenAudit> {
  const { destination, file: path, reserveMegabytes } = config.audit
  const isFile = overrides?.audit === undefined && destination === 'file'
  const file = isFile ? await openFile(config.audit, logger, metrics) : null
  const room = isFile ? new DiskRoom(path, reserveMegabytes * 1_048_576) : null
  const region = createRegions(config).resolveRegion(null)
  const createEvent = (name: ServiceEventParts['name']) => (details: AuditFields) => {
    const eventId = random.uuid()
    return createServiceEvent({ eventId, nowMs: clock.nowMs(), name, region, details })
  }
  const plainSink = file ?? overrides?.audit ?? createStreamSink(process.stdout)
  const sink = new GapRecordingSink(meterAudit(plainSink, metrics), {
    nowMs: () => clock.nowMs(),
    createGapEvent: createEvent('EventsNotRecorded'),
  })
  const createSummaryEvent = createEvent('UnprovenCallsRefused')
  const unprovenCalls = new UnprovenCalls({
    rate: findUnprovenRate(config),
    hasRoom: () => room?.isAmple ?? true,
    counted: metrics.counter('credence_audit_calls_summarized_total', {}),
  })
  const summarize = () =>
    unprovenCalls.summarize(details => sink.write(createSummaryEvent(details)))
  const watch = new AuditWatch({ file, room, sink, logger })
  await watch.look()
  const stopWatching = startInterval(WATCH_INTERVAL_MS, () => watch.look())
  const stopSummaries = startInterval(SUMMARY_INTERVAL_MS, summarize)
  metrics.readLater('credence_audit_batches_total', () => [
    { labels: {}, value: file?.countBatches() ?? 0 },
  ])
  metrics.readLater('credence_audit_disk_free_bytes', () => {
    const freeBytes = room?.freeBytes ?? null
    return freeBytes === null ? [] : [{ labels: {}, value: freeBytes }]
  })
  return {
    audit: {
      write: event => sink.write(event),
      async close() {
        stopWatching()
        stopSummaries()
        await summarize()
        await sink.close()
      },
    },
    unprovenCalls,
    reopenAudit: () => reopen(file, path, logger),
    findFailure: () => watch.failure,
  }
}

/** Each process of several has its share. */
function findUnprovenRate({ audit, server }: Config) {
  const perSecond = audit.unprovenCallsPerSecond / server.workers
  return { perSecond, burst: perSecond * BURST_SECONDS }
}

async function openFile(
  { durability, file: path }: Config['audit'],
  logger: Logger,
  metrics: Metrics,
): Promise<FileSink> {
  const changes = {
    moved: metrics.counter('credence_audit_file_changes_total', { change: 'moved' }),
    deleted: metrics.counter('credence_audit_file_changes_total', { change: 'deleted' }),
    truncated: metrics.counter('credence_audit_file_changes_total', { change: 'truncated' }),
  }
  try {
    return await openFileSink({
      path,
      durability,
      onChange(change) {
        changes[change].value += 1
        const fields = { file: path }
        if (change === 'moved')
          logger.info(fields, 'the audit file was moved; a new one is written')
        else logger.error(fields, `the audit file was ${change}: events are lost, writing goes on`)
      },
    })
  } catch (cause) {
    throw new AuditOpenError(path, formatSystemError(cause), cause)
  }
}

async function reopen(file: FileSink | null, path: string, logger: Logger): Promise<void> {
  if (file === null) return
  try {
    await file.reopen()
    logger.info({ file: path }, 'audit file opened anew')
  } catch (error) {
    logger.error({ err: error }, 'audit file not opened anew; the old one stays in use')
  }
}
