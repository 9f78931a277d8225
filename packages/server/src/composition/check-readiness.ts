import type { Readiness } from '../http/health.ts'
import type { Store } from '../store/ports.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import type { OpenSigners } from './open-signers.ts'

/** What `/readyz` says: whether the store answers, what signs, and how many workers listen. */
export async function checkReadiness(
  store: Store,
  signers: OpenSigners,
  worker: WorkerLink | undefined,
): Promise<Readiness> {
  const census = worker?.census() ?? null
  const workers = census === null ? {} : { workers: `${census.listening} of ${census.wanted}` }
  const signer = signers.status().summary
  try {
    await store.checkHealth()
    return { ready: true, checks: { store: 'ok', signer, ...workers } }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'failed'
    return { ready: false, checks: { store: reason, signer, ...workers } }
  }
}
