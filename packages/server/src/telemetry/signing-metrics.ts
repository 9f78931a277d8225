import { CALL_SECONDS, type MetricDefinition } from './metric-definition.ts'

const ALGORITHM = '`RS256`, `ES384`'
const KEY_STATE = '`intended`, `prepared`, `active`, `retiring`, `retired`, `revoked`'

/** What a server tells about signatures, signing keys and the lanes that sign. */
export const SIGNING_METRICS = {
  credence_tokens_signed_total: {
    type: 'counter',
    labels: { algorithm: ALGORITHM },
    help: 'Signatures made for tokens.',
    across: 'sum',
  },
  credence_signatures_failed_total: {
    type: 'counter',
    labels: { algorithm: ALGORITHM },
    help: 'Signatures that could not be made.',
    across: 'sum',
  },
  credence_signature_duration_seconds: {
    type: 'histogram',
    labels: { algorithm: ALGORITHM },
    help: 'Time from the request for a signature to its result, waiting included.',
    across: 'sum',
    buckets: CALL_SECONDS,
  },
  credence_signatures_pending: {
    type: 'gauge',
    labels: {},
    help: 'Signatures that were asked for and are not made yet.',
    across: 'sum',
  },
  credence_signer_info: {
    type: 'gauge',
    labels: { signer: 'what makes signatures, such as `node-crypto`' },
    help: 'Always 1 for the signer in use.',
    across: 'max',
  },
  credence_signing_keys: {
    type: 'gauge',
    labels: { algorithm: ALGORITHM, state: KEY_STATE },
    help: 'Signing keys of all accounts. Counted once a minute, as are the next three.',
    across: 'max',
  },
  credence_signing_key_oldest_seconds: {
    type: 'gauge',
    labels: { algorithm: ALGORITHM },
    help: 'For how long the oldest key that signs has signed.',
    across: 'max',
  },
  credence_signing_key_due_seconds: {
    type: 'gauge',
    labels: { algorithm: ALGORITHM },
    help: 'Time until another key must take over from the oldest key that signs (`keys.rotateEvery`). Negative when that is overdue. Absent where keys do not rotate.',
    across: 'max',
  },
  credence_signing_key_unready_seconds: {
    type: 'gauge',
    labels: { algorithm: ALGORITHM },
    help: 'For how long the oldest key that is wanted has been waiting to be made; 0 when none is wanted. While it grows, no key stands by in that account.',
    across: 'max',
  },
  credence_key_steps_total: {
    type: 'counter',
    labels: {
      step: '`intend`, `make`, `see`, `activate`, `retire`; `read` where the keys cannot be read',
      outcome: '`taken`, `failed`',
    },
    help: 'Steps in the life of signing keys that rotation has taken, or could not take.',
    across: 'sum',
  },
  credence_key_rotation_paused: {
    type: 'gauge',
    labels: {},
    help: '1 while rotation changes no key because the clock was set; 0 otherwise.',
    across: 'max',
  },
  credence_emergency_revocations_waiting: {
    type: 'gauge',
    labels: {},
    help: 'Keys that the file `emergency-revocations` names and that are not revoked in the store yet; at least 1 while the file cannot be read, when every key is denied.',
    across: 'max',
  },
  credence_signing_keys_refused_total: {
    type: 'counter',
    labels: {},
    help: 'Rows of signing keys that Credence has not written, counted each time that they were read. Such keys are not published and sign nothing. More than 0 is an alarm: somebody else has written to the store.',
    across: 'sum',
  },
  credence_lane_passes_total: {
    type: 'counter',
    labels: { algorithm: ALGORITHM },
    help: 'Passes through the eight lanes of libcrypto_mb, or turns of Nettle. Absent where neither signs.',
    across: 'sum',
  },
  credence_lane_signatures_total: {
    type: 'counter',
    labels: { algorithm: ALGORITHM },
    help: 'Signatures that those passes made: up to eight each.',
    across: 'sum',
  },
  credence_lane_fallbacks_total: {
    type: 'counter',
    labels: { algorithm: ALGORITHM },
    help: 'Signatures made by node:crypto instead of the lanes, because there were too few at once or a result was bad.',
    across: 'sum',
  },
  credence_lane_bad_results_total: {
    type: 'counter',
    labels: { algorithm: ALGORITHM },
    help: 'Results of the lanes that failed their check and were destroyed. Even one is a reason to look.',
    across: 'sum',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>
