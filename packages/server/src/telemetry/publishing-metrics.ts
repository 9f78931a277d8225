import type { MetricDefinition } from './metric-definition.ts'

const TARGET = 'the name of a target in `publish.targets`'

/** What a server tells about publishing documents besides its own. */
export const PUBLISHING_METRICS = {
  credence_publish_failing_seconds: {
    type: 'gauge',
    labels: { target: TARGET },
    help: 'For how long nothing could be published at the target; 0 when it works. No key begins to sign meanwhile, unless the target is not required.',
    across: 'max',
  },
  credence_publish_waiting: {
    type: 'gauge',
    labels: { target: TARGET },
    help: 'Issuers whose documents wait to be written there, or to be seen there.',
    across: 'max',
  },
  credence_publish_failing_issuers: {
    type: 'gauge',
    labels: { target: TARGET },
    help: 'Issuers among them whose documents are not seen there as they were written.',
    across: 'max',
  },
  credence_publish_writes_total: {
    type: 'counter',
    labels: { target: TARGET },
    help: 'Documents written to the target.',
    across: 'sum',
  },
  credence_publish_failures_total: {
    type: 'counter',
    labels: { target: TARGET },
    help: 'Times that the target, or an issuer there, began to fail.',
    across: 'sum',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>
