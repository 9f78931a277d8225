import type { Readiness } from '../http/health.ts'
import type { Store } from '../store/ports.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import type { OpenAudit } from './open-audit.ts'
import type { OpenSigners } from './open-signers.ts'

/** The parts that a server answers with. */
export interface ReadinessParts {
  readonly store: Store
  readonly record: OpenAudit
  /** Whether calls are refused that cannot be put on record. */
  readonly isAuditRequired: boolean
  readonly signers: OpenSigners
  readonly worker: WorkerLink | undefined
}

/** What `/readyz` says: whether store and audit work, what signs, and how many workers listen. */
export async function checkReadiness(parts: ReadinessParts): Promise<Readiness> {
  const census = parts.worker?.census() ?? null
  const storeFailure = await findStoreFailure(parts.store)
  const auditFailure = parts.record.findFailure()
  return {
    ready: storeFailure === null && (auditFailure === null || !parts.isAuditRequired),
    checks: {
      store: storeFailure ?? 'ok',
      audit: auditFailure ?? 'ok',
      signer: parts.signers.status().summary,
      ...(census !== null && { workers: `${census.listening} of ${census.wanted}` }),
    },
  }
}

/** Null when it answers. */
async function findStoreFailure(store: Store): Promise<string | null> {
  try {
    await store.checkHealth()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'failed'
  }
}
