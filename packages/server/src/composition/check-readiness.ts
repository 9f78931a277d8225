import type { Readiness } from '../http/health.ts'
import type { Store } from '../store/ports.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import type { OpenAudit } from './open-audit.ts'
import type { OpenSigners } from './open-signers.ts'
import type { StoreProbe } from './probe-store.ts'

/** The parts that a server answers with. */
export interface ReadinessDeps {
  readonly store: Store
  readonly probe: StoreProbe
  readonly record: OpenAudit
  /** Whether calls are refused that cannot be put on record. */
  readonly isAuditRequired: boolean
  readonly signers: OpenSigners
  readonly worker: WorkerLink | undefined
}

/**
 * What `/readyz` says: whether store and audit work, what signs, and how many workers listen. A server
 * whose store can be read but not written still issues tokens. Therefore it is ready, but degraded.
 */
export async function checkReadiness(deps: ReadinessDeps): Promise<Readiness> {
  const counts = deps.worker?.workerCounts() ?? null
  const readFailure = await findReadFailure(deps.store)
  const writeFailure = deps.probe.findFailure()
  const auditFailure = deps.record.findFailure()
  const isReady = readFailure === null && (auditFailure === null || !deps.isAuditRequired)
  return {
    ready: isReady,
    ...(isReady && writeFailure !== null && { degraded: true }),
    checks: {
      store: readFailure ?? writeFailure ?? 'ok',
      audit: auditFailure ?? 'ok',
      signer: deps.signers.status().summary,
      ...(counts !== null && { workers: `${counts.listening} of ${counts.wanted}` }),
    },
  }
}

/** Null when it answers. */
async function findReadFailure(store: Store): Promise<string | null> {
  try {
    await store.checkHealth()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'failed'
  }
}
