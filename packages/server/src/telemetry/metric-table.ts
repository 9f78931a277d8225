import { CALL_SECONDS, type MetricDefinition } from './metric-definition.ts'
import { PUBLISHING_METRICS } from './publishing-metrics.ts'
import { SIGNING_METRICS } from './signing-metrics.ts'

const API = '`sts`, `iam`; `unknown` before that is known'
const ACTION = 'the actions that Credence knows; `unknown` for every other'
const CODE =
  'the error codes of [errors.md](errors.md); `OK`; `HTTP302` and the like without a code'
const CACHE = 'one of the names below'

/**
 * Every metric of Credence's own. No label takes a value from a caller, a principal or an account: the
 * number of series is bounded by the program. What is known by account is in the audit.
 */
export const METRICS = {
  credence_build_info: {
    type: 'gauge',
    labels: { version: 'of Credence', node: 'version of Node.js' },
    help: 'Always 1.',
    across: 'max',
  },
  credence_requests_total: {
    type: 'counter',
    labels: { action: ACTION, code: CODE },
    help: 'API calls answered, including refused ones. Calls that were refused early do not count here.',
    across: 'sum',
  },
  credence_request_duration_seconds: {
    type: 'histogram',
    labels: { api: API },
    help: 'Time from the last byte of an API call to its answer.',
    across: 'sum',
    buckets: CALL_SECONDS,
  },
  credence_requests_in_flight: {
    type: 'gauge',
    labels: {},
    help: 'API calls that are worked on now. Those in `credence_requests_waiting` do not count here.',
    across: 'sum',
  },
  credence_requests_waiting: {
    type: 'gauge',
    labels: {},
    help: 'API calls that now wait for the keys of an OIDC provider, at most `webIdentity.maxWaiting`.',
    across: 'sum',
  },
  credence_requests_in_flight_limit: {
    type: 'gauge',
    labels: {},
    help: 'How many API calls may be worked on: as many as can be finished in `limits.maxWaitMilliseconds`, as measured under overload.',
    across: 'sum',
  },
  credence_requests_refused_early_total: {
    type: 'counter',
    labels: {
      reason:
        '`load`: too many in flight; `memory`: too much of what callers have sent is held; `waiting`: too many wait for OIDC providers',
    },
    help: 'API calls refused before the caller was known. Those with `load` and `memory` are neither in the audit nor in the other counters.',
    across: 'sum',
  },
  credence_requests_over_rate_total: {
    type: 'counter',
    labels: { scope: '`account`, `principal`: whose limit it was' },
    help: 'API calls refused by a rate limit. They are in the audit, and in `credence_requests_total` as `Throttling`.',
    across: 'sum',
  },
  credence_connections: {
    type: 'gauge',
    labels: {},
    help: 'Open connections of clients.',
    across: 'sum',
  },
  ...SIGNING_METRICS,
  ...PUBLISHING_METRICS,
  credence_audit_events_total: {
    type: 'counter',
    labels: { outcome: '`written`, `failed`' },
    help: 'Audit events by what became of them.',
    across: 'sum',
  },
  credence_audit_events_pending: {
    type: 'gauge',
    labels: {},
    help: 'Audit events that wait for the disk.',
    across: 'sum',
  },
  credence_audit_batches_total: {
    type: 'counter',
    labels: {},
    help: 'Writes to the audit file. Each write has all events that waited. 0 for standard output.',
    across: 'sum',
  },
  credence_audit_calls_summarized_total: {
    type: 'counter',
    labels: {},
    help: 'Refused calls of unproven callers that have no event of their own. One event a minute has their count.',
    across: 'sum',
  },
  credence_audit_file_changes_total: {
    type: 'counter',
    labels: { change: '`moved`, `deleted`, `truncated`' },
    help: 'Changes that somebody else has made to the audit file. All but `moved` have lost events.',
    across: 'max',
  },
  credence_audit_disk_free_bytes: {
    type: 'gauge',
    labels: {},
    help: 'Room on the disk of the audit file. Absent for standard output.',
    across: 'max',
  },
  credence_audit_write_duration_seconds: {
    type: 'histogram',
    labels: {},
    help: 'Time from handing over an audit event until it is as durable as configured.',
    across: 'sum',
    buckets: CALL_SECONDS,
  },
  credence_cache_entries: {
    type: 'gauge',
    labels: { cache: CACHE },
    help: 'Entries kept in memory.',
    across: 'sum',
  },
  credence_cache_hits_total: {
    type: 'counter',
    labels: { cache: CACHE },
    help: 'Questions answered from memory.',
    across: 'sum',
  },
  credence_cache_misses_total: {
    type: 'counter',
    labels: { cache: CACHE },
    help: 'Questions that could not be answered from memory.',
    across: 'sum',
  },
  credence_cache_evictions_total: {
    type: 'counter',
    labels: { cache: CACHE },
    help: 'Entries dropped because there was no room.',
    across: 'sum',
  },
  credence_documents_unavailable_total: {
    type: 'counter',
    labels: {},
    help: 'Requests for discovery documents and key sets answered 503, because the store failed.',
    across: 'sum',
  },
  credence_workers: {
    type: 'gauge',
    labels: { state: '`wanted`, `answering`' },
    help: 'Worker processes; absent without `server.workers`.',
    across: 'sum',
  },
  credence_workers_replaced_total: {
    type: 'counter',
    labels: { cause: '`died`; `hung`: killed because it did not react any more' },
    help: 'Worker processes that had to be replaced.',
    across: 'sum',
  },
  credence_seconds_without_descriptors_total: {
    type: 'counter',
    labels: {},
    help: 'Seconds in which no file descriptor was left, so that connections were closed unseen.',
    across: 'sum',
  },
  credence_store_failing: {
    type: 'gauge',
    labels: {},
    help: '1 while the store does not take a small write, which is tried every five seconds; else 0.',
    across: 'max',
  },
  credence_store_feed_failures_total: {
    type: 'counter',
    labels: {},
    help: 'How often the store could not be asked for changes. Meanwhile, answers come from memory where the store is a file; calls are refused where it is a database.',
    across: 'sum',
  },
  credence_store_staleness_seconds: {
    type: 'histogram',
    labels: {},
    help: 'How old the knowledge of a shared database had become when it was confirmed once more: no change that others made was unknown for longer.',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10],
    across: 'sum',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

/** The name of a metric of {@link METRICS}. */
export type MetricName = keyof typeof METRICS

/** The names of one type of metric. */
export type NameOf<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never
}[MetricName]

/** The labels of a metric with their values. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<keyof (typeof METRICS)[Name]['labels'], string>
>
