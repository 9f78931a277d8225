import { JWKS_PATH } from '../issuer/discovery.ts'
import { formatThumbprint } from '../issuer/thumbprint.ts'
import type { PublicJwk } from '../principals/public-jwk.ts'
import type { IssuerKey, Store } from '../store/ports.ts'
import type { PublicationStore } from '../store/publication-ports.ts'
import type { PublishTarget } from './publish-target.ts'
import { readPublic } from './read-public.ts'

/** What the look at targets works with. */
export interface VisibilityDeps {
  readonly store: Pick<Store, 'findFederation'> &
    Pick<PublicationStore, 'findPublication' | 'findPublishingTarget'>
  readonly targets: readonly PublishTarget[]
  readonly stopping: AbortSignal
}

/** Knows which keys can be seen at all required targets. */
export function createPublishedVisibility({ store, targets, stopping }: VisibilityDeps) {
  const required = targets.filter(({ isRequired }) => isRequired)

  async function findVisibleAtMs(
    { accountId, thumbprint }: IssuerKey,
    nowMs: number,
  ): Promise<number | null> {
    const federation = await store.findFederation(accountId)
    if (federation === null || thumbprint === null) return null
    let visibleAtMs = required.length === 0 ? nowMs : 0
    for (const { target } of required) {
      const publication = await store.findPublication(target.name, federation.issuerId)
      const sinceMs = publication?.visibleSinceMs[thumbprint]
      if (sinceMs === undefined || publication?.failure !== null) return null
      visibleAtMs = Math.max(visibleAtMs, sinceMs)
    }
    return visibleAtMs
  }

  return {
    findVisibleAtMs,

    /** Looks at every required target as verifiers do, unless one is known to fail. */
    async isVisibleNow(key: IssuerKey): Promise<boolean> {
      const federation = await store.findFederation(key.accountId)
      if (federation === null || (await findVisibleAtMs(key, 0)) === null) return false
      for (const { target, formatPublicUrl } of required) {
        const known = await store.findPublishingTarget(target.name)
        if (known === null || known.failure !== null) return false
        const url = `${formatPublicUrl(federation.issuerId)}${JWKS_PATH}`
        const found = await readPublic(url, stopping)
        if (found.bytes === null) return false
        if (!listThumbprints(found.bytes).includes(key.thumbprint ?? '')) return false
      }
      return true
    },
  }
}

/** The thumbprints of the keys in a JWKS, as far as it has any. */
export function listThumbprints(jwks: Uint8Array): readonly string[] {
  try {
    const { keys } = JSON.parse(Buffer.from(jwks).toString()) as { keys: readonly PublicJwk[] }
    return keys.map(formatThumbprint)
  } catch {
    return []
  }
}
