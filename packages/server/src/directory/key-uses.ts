import type { AccessKeyId } from '../principals/identifiers.ts'
import type { LastUse, LastUseStore } from '../store/iam-ports.ts'

/** What remembers the last uses of long-term access keys until they are saved. */
export interface KeyUseParts {
  readonly store: LastUseStore
  /** Keys remembered at most between two saves; uses of further keys are passed over. */
  readonly maxKeys: number
}

/** The last uses of long-term access keys: noted at every request, saved now and then. */
export interface KeyUses {
  /** Notes a use. Never waits and never fails. */
  record(id: AccessKeyId, use: LastUse): void
  /** Saves what was noted. What can't be saved is kept for the next time. @throws what the store throws */
  save(): Promise<void>
}

/** Starts with nothing noted. */
export function createKeyUses({ store, maxKeys }: KeyUseParts): KeyUses {
  let noted = new Map<AccessKeyId, LastUse>()

  const record = (id: AccessKeyId, use: LastUse): void => {
    const known = noted.get(id)
    if (known === undefined ? noted.size >= maxKeys : known.usedAtMs > use.usedAtMs) return
    noted.set(id, use)
  }

  return {
    record,
    async save() {
      if (noted.size === 0) return
      const saving = noted
      noted = new Map()
      try {
        await store.saveAccessKeyUses(saving)
      } catch (error) {
        for (const [id, use] of saving) record(id, use)
        throw error
      }
    },
  }
}
