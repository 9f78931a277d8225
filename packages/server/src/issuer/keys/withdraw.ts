import { type ChangedKeys, withdrawKey } from '../../changes/signing-keys.ts'
import type { AccountId } from '../../principals/identifiers.ts'
import { PUBLISHED_STATES } from '../../store/key-ports.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { changeKeys, type KeyStepDeps } from './take-step.ts'

/** Prepared keys go first, so that none of them follows one that signs. */
const ORDER: readonly IssuerKey['state'][] = ['prepared', 'retiring', 'active']

/**
 * Revokes the keys of an account that a newer state of the installation publishes no more: the store was
 * replaced by an older one, and whatever has ended since must not come back. A key that signs is followed
 * by one that is still published, or else by a new one as soon as that is visible.
 *
 * @param published thumbprints of the keys that are published
 */
export async function withdrawUnpublished(
  deps: Pick<KeyStepDeps, 'store' | 'binder'>,
  accountId: AccountId,
  published: ReadonlySet<string>,
  nowMs: number,
): Promise<ChangedKeys> {
  const keys = await deps.store.listIssuerKeys(accountId)
  const lost = keys
    .filter(({ state }) => PUBLISHED_STATES.includes(state))
    .filter(({ thumbprint }) => !published.has(thumbprint ?? ''))
    .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
  const changed: IssuerKey[] = []
  for (const key of lost) {
    const taken = await changeKeys(deps, key, nowMs, turn =>
      withdrawKey(turn, key, key.generation, published),
    )
    changed.push(...taken)
  }
  return changed
}
