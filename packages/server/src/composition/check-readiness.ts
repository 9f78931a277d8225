import type { Config } from '../config/config.ts'
import type { Readiness } from '../http/health.ts'
import type { Store } from '../store/ports.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import type { OpenAudit } from './open-audit.ts'
import type { OpenSigners } from './open-signers.ts'
import type { StoreProbe } from './probe-store.ts'

/** The parts that a server answers with. */
export interface ReadinessDeps {
  readonly store: Store
  readonly config: Pick<Config, 'publish'>
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
  const publishing = await describeTargets(deps)
  const isReady = readFailure === null && (auditFailure === null || !deps.isAuditRequired)
  return {
    ready: isReady,
    ...(isReady && writeFailure !== null && { degraded: true }),
    checks: {
      store: readFailure ?? writeFailure ?? 'ok',
      audit: auditFailure ?? 'ok',
      signer: deps.signers.status().summary,
      ...(publishing !== null && { publishing }),
      ...(counts !== null && { workers: `${counts.listening} of ${counts.wanted}` }),
    },
  }
}

/**
 * Which targets fail, and since when; null when there is none. Tokens are issued all the same. Whoever
 * publishes writes it to the store, which may be another process.
 */
async function describeTargets({ store, config }: ReadinessDeps): Promise<string | null> {
  const { targets } = config.publish
  if (targets.length === 0) return null
  try {
    const found = await Promise.all(targets.map(({ name }) => describeTarget(store, name)))
    const failing = found.filter(each => each !== null)
    return failing.length === 0 ? 'ok' : failing.join('; ')
  } catch {
    return 'unknown'
  }
}

async function describeTarget(store: Store, name: string): Promise<string | null> {
  const target = await store.findPublishingTarget(name)
  const [first = null] = await store.listFailingPublications(name, 1)
  const failing = target?.failure == null ? first : target
  if (failing?.failingSinceMs == null) return target === null ? `${name} is not begun yet` : null
  const since = new Date(failing.failingSinceMs).toISOString()
  return `${name} fails since ${since}: ${failing.failure}`
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
