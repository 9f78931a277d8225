import type { KeyRules } from '../issuer/keys/slot.ts'
import type { Clock } from '../runtime/clock.ts'
import type { KeyCount } from '../store/key-ports.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** What the metrics of signing keys are made of. */
export interface KeyReadings {
  readonly rules: KeyRules
  readonly clock: Clock
  readonly isPaused: () => boolean
  /** The keys as they were counted last. */
  readonly readCounts: () => readonly KeyCount[]
}

/** Shows how old keys are, how many there are of each kind, and what is to come. */
export function meterKeys(
  metrics: Metrics,
  { rules, clock, isPaused, readCounts }: KeyReadings,
): void {
  const ofState = (state: KeyCount['state']) => readCounts().filter(each => each.state === state)
  const ageSeconds = (sinceMs: number | null): number =>
    sinceMs === null ? 0 : Math.max(0, (clock.nowMs() - sinceMs) / 1000)

  metrics.readLater('credence_signing_keys', () =>
    readCounts().map(({ algorithm, state, count }) => ({
      labels: { algorithm, state },
      value: count,
    })),
  )
  metrics.readLater('credence_signing_key_oldest_seconds', () =>
    ofState('active').map(({ algorithm, oldestActivatedAtMs }) => ({
      labels: { algorithm },
      value: ageSeconds(oldestActivatedAtMs),
    })),
  )
  metrics.readLater('credence_signing_key_due_seconds', () =>
    rules.rotateEveryMs === 0
      ? []
      : ofState('active').map(({ algorithm, oldestActivatedAtMs }) => ({
          labels: { algorithm },
          value: rules.rotateEveryMs / 1000 - ageSeconds(oldestActivatedAtMs),
        })),
  )
  metrics.readLater('credence_signing_key_unready_seconds', () =>
    ofState('active').map(({ algorithm }) => {
      const wanted = ofState('intended').find(each => each.algorithm === algorithm)
      return { labels: { algorithm }, value: ageSeconds(wanted?.oldestCreatedAtMs ?? null) }
    }),
  )
  metrics.readLater('credence_key_rotation_paused', () => [
    { labels: {}, value: isPaused() ? 1 : 0 },
  ])
}
