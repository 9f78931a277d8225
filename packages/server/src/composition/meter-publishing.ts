import type { Publisher } from '../publishing/publisher.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** Shows what waits to be published, and since when nothing can be. */
export function meterPublishing(
  metrics: Metrics,
  { publisher, clock }: { readonly publisher: Publisher; readonly clock: Clock },
): void {
  metrics.readLater('credence_publish_failing_seconds', () =>
    publisher.status().map(({ target, failingSinceMs }) => ({
      labels: { target },
      value: failingSinceMs === null ? 0 : Math.max(0, (clock.nowMs() - failingSinceMs) / 1000),
    })),
  )
  metrics.readLater('credence_publish_waiting', () =>
    publisher.status().map(({ target, waiting }) => ({ labels: { target }, value: waiting })),
  )
  metrics.readLater('credence_publish_failing_issuers', () =>
    publisher.status().map(({ target, failing }) => ({ labels: { target }, value: failing })),
  )
}
