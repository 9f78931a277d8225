import type { MetricReport } from '../telemetry/metric-report.ts'

/** What a worker tells the primary process. */
export type ToPrimary =
  /** It answers requests now, at this URL. */
  | { readonly kind: 'listening'; readonly endpoint: string }
  /** It can't continue, and no other worker could. The reason is for the operator. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** How far it is in a change of the master key. */
  | { readonly kind: 'key-stage'; readonly to: string; readonly stage: WorkerKeyStage }
  /** It has heard `are-you-there`. */
  | { readonly kind: 'here' }
  | {
      readonly kind: 'metrics'
      readonly question: number
      readonly reports: readonly MetricReport[]
    }

/** What a worker can do with a new master key: nothing, open with it, or seal with it. */
export type WorkerKeyStage = 'blind' | 'opens' | 'seals'

/** What the primary process tells a worker. */
export type ToWorker =
  /** Let requests in flight end, at most this long, and end. */
  | { readonly kind: 'stop'; readonly graceMs: number }
  /** Open the audit file anew and read the TLS files. */
  | { readonly kind: 'reload' }
  | { readonly kind: 'report-metrics'; readonly question: number }
  /** Asked every second; a worker that does not answer for long hangs. */
  | { readonly kind: 'are-you-there' }
  /** How many workers answer requests. */
  | { readonly kind: 'worker-counts'; readonly counts: WorkerCounts }

/** How many workers there are. */
export interface WorkerCounts {
  /** Those that answer requests; not those that have been silent for some seconds. */
  readonly listening: number
  /** Those that should. */
  readonly wanted: number
}
