/** What remembers last uses until they are saved. */
export interface LastUseDeps<Id, Use> {
  readonly save: (uses: ReadonlyMap<Id, Use>) => Promise<void>
  /** The most ids remembered between two saves; uses of further ones are dropped. */
  readonly maxEntries: number
}

/** The last uses of access keys or of roles: noted at every request, saved now and then. */
export interface LastUses<Id, Use> {
  /** Notes a use. Never waits and never fails. */
  record(id: Id, use: Use): void
  /** Saves what was noted. What can't be saved is kept for the next time. @throws what the store throws */
  save(): Promise<void>
}

/** Starts with nothing noted. */
export function createLastUses<Id, Use extends { readonly usedAtMs: number }>(
  deps: LastUseDeps<Id, Use>,
): LastUses<Id, Use> {
  let noted = new Map<Id, Use>()

  const record = (id: Id, use: Use): void => {
    const known = noted.get(id)
    if (known === undefined ? noted.size >= deps.maxEntries : known.usedAtMs > use.usedAtMs) return
    noted.set(id, use)
  }

  return {
    record,
    async save() {
      if (noted.size === 0) return
      const saving = noted
      noted = new Map()
      try {
        await deps.save(saving)
      } catch (error) {
        for (const [id, use] of saving) record(id, use)
        throw error
      }
    },
  }
}
