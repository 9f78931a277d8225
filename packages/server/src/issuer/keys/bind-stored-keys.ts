import type { Binder } from '../../secrets/binder.ts'
import { SealError } from '../../secrets/sealer.ts'
import type { Signer } from '../../signers/signer.ts'
import type { IssuerKey, KeyPlace, Store } from '../../store/ports.ts'
import { formatThumbprint } from '../thumbprint.ts'
import { bindKey } from './binding.ts'
import { formatKeyRecordId } from './record-id.ts'

const BATCH = 200

/**
 * Binds the keys that were stored before there were bindings. A key is bound when its private half
 * opens under the master key for the key's place, and belongs to the public half in the row. Any other
 * key without a binding stays without one and is never published. A second run changes nothing, and
 * several processes may run this at once. @throws StoreFailure
 */
export async function bindStoredKeys(
  store: Store,
  signer: Pick<Signer, 'findPublicJwk'>,
  binder: Binder,
): Promise<void> {
  let after: KeyPlace | null = null
  for (;;) {
    const keys: readonly IssuerKey[] = await store.listUnboundIssuerKeys(after, BATCH)
    if (keys.length === 0) return
    await bindBatch(store, binder, after, await findTruth(signer, keys))
    after = keys.at(-1) ?? null
  }
}

/** The thumbprints of the public keys that belong to the private ones, by the ids of the records. */
async function findTruth(
  signer: Pick<Signer, 'findPublicJwk'>,
  keys: readonly IssuerKey[],
): Promise<ReadonlyMap<string, string>> {
  const truth = new Map<string, string>()
  for (const key of keys) {
    const recordId = formatKeyRecordId(key)
    try {
      const jwk = key.handle && (await signer.findPublicJwk(key.algorithm, recordId, key.handle))
      if (jwk !== null) truth.set(recordId, formatThumbprint(jwk))
    } catch (error) {
      if (!(error instanceof SealError)) throw error
    }
  }
  return truth
}

/** Reads the keys once more, because they may have changed, or another process may have been faster. */
async function bindBatch(
  store: Store,
  binder: Binder,
  after: KeyPlace | null,
  truth: ReadonlyMap<string, string>,
): Promise<void> {
  const accountIds = [...new Set([...truth.keys()].map(recordId => recordId.split('/')[0] ?? ''))]
  await store.inTurn(accountIds as IssuerKey['accountId'][], async turn => {
    for (const key of await turn.listUnboundIssuerKeys(after, BATCH)) {
      const thumbprint = truth.get(formatKeyRecordId(key))
      // The upgrade leaves keys that sign, and no others.
      const isGenuine =
        key.state === 'active' &&
        key.publicJwk !== null &&
        thumbprint === key.thumbprint &&
        thumbprint === formatThumbprint(key.publicJwk)
      if (isGenuine) await turn.saveIssuerKey(bindKey(binder, key), key.state)
    }
  })
}
