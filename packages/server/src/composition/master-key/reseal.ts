import { bindKey, isKeyBound } from '../../issuer/keys/binding.ts'
import { formatKeyRecordId } from '../../issuer/keys/record-id.ts'
import type { AccessKeyId } from '../../principals/identifiers.ts'
import { findSealingKeyId } from '../../secrets/aes-gcm-sealer.ts'
import { bindNothing, findBindingKeyId } from '../../secrets/binder.ts'
import { resealInstallationId } from '../../secrets/installation.ts'
import type { KeyTools } from '../../secrets/key-tools.ts'
import { type SealContext, SealError } from '../../secrets/sealer.ts'
import type { IssuerKey, KeyPlace, Store, TurnStore } from '../../store/ports.ts'
import type { SealedSecret } from '../../store/sealed-ports.ts'

/** The places between two batches where a process may die. */
export type ResealPoint = 'before-batch' | 'within-batch' | 'after-batch'

/** What sealing everything anew works with. */
export interface ResealOptions {
  readonly store: Store
  /** The master key that everything is to leave, and the one that it goes over to. */
  readonly from: KeyTools
  readonly to: KeyTools
  /** Called with how much was sealed anew with each batch. */
  readonly report: (count: number) => void
  /** Tests end the process here. Nothing else sets this. */
  readonly reach?: (point: ResealPoint) => void
}

/** A value that names the former master key and does not open under it: nobody can use it. */
export interface UnreadableValue {
  readonly kind: 'access key' | 'signing key'
  /** The access key id, or account, algorithm and generation. */
  readonly recordId: string
}

/** How many rows are sealed anew in one turn. Others wait for it some milliseconds. */
const BATCH = 200

/**
 * Seals everything in the store anew that is sealed under a master key, or bound to it, each value by
 * compare-and-swap on what it was. What was done already is not done again, so it may be killed and
 * begun anew. @returns what can't be opened, and stays as it is
 */
export async function resealEverything(
  options: ResealOptions,
): Promise<readonly UnreadableValue[]> {
  const { store, from, to } = options
  await resealInstallationId(store, from, to)
  return [...(await resealSecrets(options)), ...(await resealIssuerKeys(options))]
}

/** Whether nothing but what can't be opened is left under a master key. */
export async function isAllResealed(
  store: Pick<TurnStore, 'listSecretsUnder' | 'listIssuerKeysUnder'>,
  masterKeyId: string,
  unreadable: readonly UnreadableValue[],
): Promise<boolean> {
  const known = new Set(unreadable.map(({ kind, recordId }) => `${kind} ${recordId}`))
  const most = unreadable.length + 1
  const secrets = await store.listSecretsUnder(masterKeyId, null, most)
  const keys = await store.listIssuerKeysUnder(masterKeyId, null, most)
  return (
    secrets.every(({ id }) => known.has(`access key ${id}`)) &&
    keys.every(key => known.has(`signing key ${formatKeyRecordId(key)}`))
  )
}

async function resealSecrets(options: ResealOptions): Promise<readonly UnreadableValue[]> {
  const { store, from, to } = options
  const unreadable: UnreadableValue[] = []
  let after: AccessKeyId | null = null
  for (;;) {
    const found: readonly SealedSecret[] = await store.listSecretsUnder(
      from.masterKey.id,
      after,
      BATCH,
    )
    if (found.length === 0) return unreadable
    const swaps = found.map(former => {
      const context = { purpose: 'access-key-secret', recordId: former.id } as const
      return { former, anew: resealValue(context, former.sealedSecret, from, to) }
    })
    for (const { former, anew } of swaps) {
      if (anew === null) unreadable.push({ kind: 'access key', recordId: former.id })
    }
    await runBatch(options, async turn => {
      let count = 0
      for (const { former, anew } of swaps) {
        if (anew !== null && (await turn.swapSealedSecret(former, anew))) count += 1
      }
      return count
    })
    after = found.at(-1)?.id ?? null
  }
}

async function resealIssuerKeys(options: ResealOptions): Promise<readonly UnreadableValue[]> {
  const { store, from, to } = options
  const unreadable: UnreadableValue[] = []
  let after: KeyPlace | null = null
  for (;;) {
    const found: readonly IssuerKey[] = await store.listIssuerKeysUnder(
      from.masterKey.id,
      after,
      BATCH,
    )
    if (found.length === 0) return unreadable
    const swaps = found.map(former => ({
      former,
      handle: resealHandle(former, from, to),
      binding: bindAnew(former, from, to),
    }))
    await runBatch(options, async turn => {
      let count = 0
      for (const { former, handle, binding } of swaps) {
        if (await turn.swapIssuerKeySeals(former, { handle, binding })) count += 1
      }
      return count
    })
    for (const { former, handle } of swaps) {
      if (handle === null || findSealingKeyId(handle) !== from.masterKey.id) continue
      unreadable.push({ kind: 'signing key', recordId: formatKeyRecordId(former) })
    }
    after = found.at(-1) ?? null
  }
}

async function runBatch(
  { store, report, reach }: ResealOptions,
  work: (turn: TurnStore) => Promise<number>,
): Promise<void> {
  reach?.('before-batch')
  const count = await store.inTurn([], async turn => {
    const swapped = await work(turn)
    reach?.('within-batch')
    return swapped
  })
  reach?.('after-batch')
  report(count)
}

/** What a backend other than this process's keeps is no sealed value. */
function resealHandle(key: IssuerKey, from: KeyTools, to: KeyTools): IssuerKey['handle'] {
  const { handle, backend } = key
  if (handle === null || backend !== 'local') return handle
  if (findSealingKeyId(handle) !== from.masterKey.id) return handle
  const context = { purpose: 'issuer-private-key', recordId: formatKeyRecordId(key) } as const
  return resealValue(context, handle, from, to) ?? handle
}

/**
 * A row that Credence has not written must not get a binding that vouches for it. It gets one that
 * proves nothing, so that it stays refused, and needs the former key no more.
 */
function bindAnew(key: IssuerKey, from: KeyTools, to: KeyTools): IssuerKey['binding'] {
  const { binding } = key
  if (binding === null || findBindingKeyId(binding) !== from.masterKey.id) return binding
  return isKeyBound(from.binder, key) ? bindKey(to.binder, key).binding : bindNothing(to.masterKey)
}

/** Null when the value does not open. */
function resealValue(
  context: SealContext,
  sealed: Uint8Array,
  from: KeyTools,
  to: KeyTools,
): Uint8Array | null {
  let opened: Uint8Array
  try {
    opened = from.sealer.unseal(context, sealed)
  } catch (error) {
    if (error instanceof SealError) return null
    throw error
  }
  try {
    return to.sealer.seal(context, opened)
  } finally {
    opened.fill(0)
  }
}
