import { JWKS_PATH } from '../issuer/discovery.ts'
import type { Clock } from '../runtime/clock.ts'
import type { IssuerKey, Store } from '../store/ports.ts'
import type { PublicationStore } from '../store/publication-ports.ts'
import { isSeenAt } from './digest-issuer.ts'
import { listThumbprints } from './list-thumbprints.ts'
import type { PublishTarget } from './publish-target.ts'
import { readPublic } from './read-public.ts'

/** What the look at targets works with. */
export interface VisibilityDeps {
  readonly store: Pick<Store, 'findFederation'> &
    Pick<PublicationStore, 'findPublication' | 'findPublishingTarget'>
  readonly targets: readonly PublishTarget[]
  readonly clock: Clock
  /** How long a key is visible before it follows one that signs. */
  readonly publishBeforeMs: number
  readonly stopping: AbortSignal
}

/** Knows which keys can be seen at all required targets. */
export function createPublishedVisibility(deps: VisibilityDeps) {
  const { store, targets, clock, publishBeforeMs, stopping } = deps
  const required = targets.filter(({ isRequired }) => isRequired)

  async function findVisibleAtMs(
    { accountId, thumbprint }: IssuerKey,
    nowMs: number,
  ): Promise<number | null> {
    const federation = await store.findFederation(accountId)
    if (federation === null || thumbprint === null) return null
    let visibleAtMs = required.length === 0 ? nowMs : 0
    for (const { target, formatPublicUrl } of required) {
      const { issuerId } = federation
      const publication = await store.findPublication(target.name, issuerId)
      if (publication?.failure !== null || !isSeenAt(publication, formatPublicUrl(issuerId))) {
        return null
      }
      const sinceMs = publication.visibleSinceMs[thumbprint]
      if (sinceMs === undefined) return null
      visibleAtMs = Math.max(visibleAtMs, sinceMs)
    }
    return visibleAtMs
  }

  return {
    findVisibleAtMs,

    /**
     * Looks at every required target as verifiers do, unless one is known to fail. A key that was lost
     * somewhere and has come back since, or that a new target shows, waits as long as at first.
     */
    async isVisibleNow(key: IssuerKey): Promise<boolean> {
      const federation = await store.findFederation(key.accountId)
      const sinceMs = await findVisibleAtMs(key, 0)
      if (federation === null || sinceMs === null) return false
      const isBack = key.visibleAtMs !== null && sinceMs > key.visibleAtMs
      if (isBack && clock.nowMs() < sinceMs + publishBeforeMs) return false
      for (const { target, formatPublicUrl } of required) {
        const known = await store.findPublishingTarget(target.name)
        if (known === null || known.failure !== null) return false
        const url = `${formatPublicUrl(federation.issuerId)}${JWKS_PATH}`
        const found = await readPublic(url, stopping)
        if (found.bytes === null) return false
        if (listThumbprints(found.bytes)?.includes(key.thumbprint ?? '') !== true) return false
      }
      return true
    },
  }
}
