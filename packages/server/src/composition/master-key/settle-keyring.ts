import { createBinder } from '../../secrets/binder.ts'
import { findBoundKeyId } from '../../secrets/check-master-key.ts'
import {
  type FoundKeyChange,
  findKeyChange,
  type KeyChange,
  requireOwnChange,
} from '../../secrets/key-change.ts'
import { type MasterKey, MasterKeyError } from '../../secrets/master-key.ts'
import type { KeyringUse, MasterKeyring } from '../../secrets/master-keyring.ts'
import type { MetaStore } from '../../store/ports.ts'
import type { LoadedKeys } from './load-master-keys.ts'

/** What a process can do in a change: nothing with the new key, open it, or seal with it. */
export type KeyStage = 'blind' | 'opens' | 'seals'

/** What a process has found about the change of the master key. */
export interface SettledKeyring {
  /** Null when there was never any. */
  readonly change: KeyChange | null
  readonly stage: KeyStage
}

/** From here on, old values of a phase are taken a little longer by processes that were in the middle. */
export interface SettleOptions {
  /** Whether the former key still opens values of the store that are in this process's memory. */
  readonly keepsFormer?: boolean
}

/**
 * Has a keyring do what the store says: which master key it is bound to, and how far a change to
 * another has come. A key counts by its id, whichever of the places it was found in; but the one that
 * was found as the previous one never opens the store again.
 *
 * @throws MasterKeyError when the store can't be opened with these keys
 */
export async function settleKeyring(
  store: Pick<MetaStore, 'findMeta'>,
  keyring: MasterKeyring,
  { main, next, previous }: LoadedKeys,
  { keepsFormer = false }: SettleOptions = {},
): Promise<SettledKeyring> {
  const boundId = await findBoundKeyId(store)
  const found = await findKeyChange(store)
  const keys = [main, ...(next === null ? [] : [next])]
  const byId = (id: string): MasterKey | undefined => keys.find(key => key.id === id)
  const bound = boundId === null ? undefined : byId(boundId)
  const isDone = found?.change.phase === 'sealed' && found.change.to === boundId
  // Whatever is wrong with the key of the store is said when its canary is opened.
  if (bound === undefined) {
    if (isDone) throw createFollowedError(found.change, main)
    keyring.use({ current: main, stored: [], issued: [] })
    return { change: null, stage: 'blind' }
  }
  if (found === null) {
    keyring.use({ current: bound, stored: [], issued: [] })
    return { change: null, stage: 'blind' }
  }
  const { change } = found
  if (change.phase === 'sealed') {
    if (!isDone) throw createContradiction()
    requireOwnChange(found, createBinder(bound))
    const former = [...keys, ...(previous === null ? [] : [previous])].find(
      key => key.id === change.from,
    )
    keyring.use(useAfter(change, bound, former, keepsFormer))
    return { change, stage: 'seals' }
  }
  if (change.from !== boundId) throw createContradiction()
  return settleOpenChange(keyring, bound, byId(change.to), found)
}

function settleOpenChange(
  keyring: MasterKeyring,
  former: MasterKey,
  follower: MasterKey | undefined,
  found: FoundKeyChange,
): SettledKeyring {
  const { change } = found
  if (follower === undefined) {
    // Values under the other key may be there already, and this process could not read them.
    if (change.phase === 'sealing') throw createMissingError(change)
    keyring.use({ current: former, stored: [], issued: [] })
    return { change, stage: 'blind' }
  }
  requireOwnChange(found, createBinder(follower))
  const [current, other] = change.phase === 'sealing' ? [follower, former] : [former, follower]
  keyring.use({
    current,
    stored: [other],
    issued: [{ masterKey: other, untilMs: Number.POSITIVE_INFINITY }],
  })
  return { change, stage: change.phase === 'sealing' ? 'seals' : 'opens' }
}

function useAfter(
  { sessionsUntilMs }: KeyChange,
  current: MasterKey,
  former: MasterKey | undefined,
  keepsFormer: boolean,
): KeyringUse {
  if (former === undefined) return { current, stored: [], issued: [] }
  return {
    current,
    stored: keepsFormer ? [former] : [],
    issued: [{ masterKey: former, untilMs: sessionsUntilMs ?? 0 }],
  }
}

function createMissingError({ from, to }: KeyChange): MasterKeyError {
  return new MasterKeyError(
    `the store goes over from master key ${from} to ${to}, and needs both: put the file of ${to} in its place (\`credence master-key rotate\` has said where) and start again`,
  )
}

function createFollowedError({ from, to, sealedAtMs }: KeyChange, main: MasterKey): MasterKeyError {
  const when = sealedAtMs === null ? '' : ` on ${new Date(sealedAtMs).toISOString()}`
  return new MasterKeyError(
    `the master key does not fit the store: the value was sealed with master key ${to}, which has followed ${from}${when}, and this is master key ${main.id}`,
  )
}

function createContradiction(): MasterKeyError {
  return new MasterKeyError(
    'the store is bound to another master key than the change of its master key says: it was not written by Credence, or is half of a backup',
  )
}
