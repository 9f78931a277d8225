import { type DeniedKey, formatDeniedKey, isKeyOf } from '../issuer/keys/denials.ts'
import { revokeInSlot } from '../issuer/keys/operate.ts'
import type { KeyRules } from '../issuer/keys/slot.ts'
import type { KeyVisibility } from '../issuer/keys/visibility.ts'
import type { Clock } from '../runtime/clock.ts'
import { PUBLISHED_STATES } from '../store/key-ports.ts'
import type { IssuerKey } from '../store/ports.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { OpenData } from './open-data.ts'

/** What revocations are carried into the store with. */
export interface CarrierDeps {
  readonly data: Pick<OpenData, 'store' | 'signer' | 'binder' | 'emergency'>
  readonly rules: KeyRules
  readonly visibility: KeyVisibility
  readonly clock: Clock
  readonly logger: Logger
  /** Puts changed keys on record. Never rejects. */
  readonly record: (keys: readonly IssuerKey[]) => Promise<void>
}

/** Has keys that were named in an emergency revoked in the store too. */
export interface Carrier {
  /** Carries what has not been carried yet. Never rejects: it is tried again with the next call. */
  run(): Promise<void>
  /** How many named keys are not in the store yet; at least 1 while it is not known which are meant. */
  countWaiting(): number
}

/** Begins with nothing carried, so that keys that a restored backup has brought back are revoked again. */
export function createCarrier(deps: CarrierDeps): Carrier {
  const { data, logger } = deps
  const { emergency } = data
  const settled = new Set<string>()
  const missing = new Set<string>()
  let isFailing = false

  const listWaiting = (): readonly DeniedKey[] =>
    emergency.denials.keys.filter(denied => !settled.has(formatDeniedKey(denied)))

  async function carry(waiting: readonly DeniedKey[]): Promise<void> {
    const found = new Map<DeniedKey, IssuerKey | null>()
    for (const denied of waiting) found.set(denied, await findKey(data.store, denied))
    // A key that stands by and is denied must not follow one that is: the younger goes first.
    const ordered = [...found].toSorted(
      ([, a], [, b]) => (b?.generation ?? 0) - (a?.generation ?? 0),
    )
    for (const [denied, key] of ordered) {
      const name = formatDeniedKey(denied)
      if (key === null) {
        // It may be made later, and must not begin to sign then.
        if (!missing.has(name)) logger.warn({ key: name }, 'an emergency revocation names no key')
        missing.add(name)
        continue
      }
      if (PUBLISHED_STATES.includes(key.state)) await revoke(key)
      settled.add(name)
    }
  }

  async function revoke(key: IssuerKey): Promise<void> {
    const options = { nowMs: deps.clock.nowMs(), isForced: true, isDryRun: false }
    const operation = await revokeInSlot(
      { ...data, rules: deps.rules, visibility: deps.visibility },
      key,
      key.generation,
      options,
    )
    if (operation.outcome !== 'done') return
    const { accountId, algorithm, thumbprint } = key
    logger.warn({ accountId, algorithm, thumbprint }, 'a key is revoked as named in an emergency')
    await deps.record(operation.keys)
  }

  return {
    async run() {
      const waiting = listWaiting()
      if (waiting.length === 0) return
      try {
        await carry(waiting)
        isFailing = false
      } catch (cause) {
        if (!isFailing) logger.error({ err: cause }, 'revocations cannot be carried into the store')
        isFailing = true
      }
    },
    countWaiting: () => (emergency.denials.fault === null ? listWaiting().length : 1),
  }
}

async function findKey(store: OpenData['store'], denied: DeniedKey): Promise<IssuerKey | null> {
  const { accountId, keyId } = denied
  if (accountId === null) return store.findIssuerKey(keyId)
  const keys = await store.listIssuerKeys(accountId)
  return keys.find(key => isKeyOf(denied, key)) ?? null
}
