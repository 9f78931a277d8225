import type { Logger } from '../telemetry/logger.ts'
import type { MetricReport } from '../telemetry/metric-report.ts'
import type { OpenData } from './open-data.ts'

/** A server that answers requests. */
export interface RunningServer {
  /** URL of the endpoint, without a slash at the end. */
  readonly endpoint: string
  /** Resolves, with what to tell the operator, when the server can't go on and answers nobody any more. */
  readonly lost: Promise<Error>
  readonly data: OpenData
  readonly logger: Logger
  /** What this process has counted, as JSON: reports of several processes can be added up. */
  readonly reportMetrics: () => Promise<readonly MetricReport[]>
  /**
   * Takes all steps of signing keys that are due, without waiting for the next look. Workers leave
   * them to others.
   */
  readonly rotateKeys: () => Promise<void>
  /** Looks now which keys are denied in an emergency. */
  readonly readEmergency: () => Promise<void>
  /** Saves now who has fetched documents. Never rejects. */
  readonly saveReaders: () => Promise<void>
  /** Publishes at once what has changed. Workers leave it to others. */
  readonly publish: () => Promise<void>
  /** The configured time for requests in flight to end. */
  readonly graceMs: number
  /** Lets requests in flight end, then closes everything. Called again, it shortens the grace. */
  readonly stop: (options: { readonly graceMs: number }) => Promise<void>
  /**
   * Opens the audit file anew, as log rotation needs it, and reads the TLS files. Never rejects: what
   * can't be taken into use is logged, and the old one stays.
   */
  readonly reload: () => Promise<void>
}
