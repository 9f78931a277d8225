import type { Config } from './config.ts'

const REGION = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/

/** What unsigned calls count as where the configuration names no region at all. */
const DEFAULT_REGION = 'us-east-1'

/** What the regions that requests name mean for this installation. */
export interface Regions {
  /** Whether a signature may be scoped to it. */
  readonly isRegionAllowed: (signed: string) => boolean
  /**
   * The region that a call counts as: in tokens, conditions and audit. `signed` is that of its
   * signature; null for a call without one.
   */
  readonly resolveRegion: (signed: string | null) => string
}

/**
 * Reads `sts.regions` and `sts.unsignedRegion`. Clients sign for whatever region they are set to, and
 * no other end of the line says where they are. So where the operator has named one region, every call
 * counts as made there, and a signature may be scoped to any. Where several are named the caller
 * chooses among them, and where none is, among all.
 */
export function createRegions({ sts }: Pick<Config, 'sts'>): Regions {
  const { regions } = sts
  if (regions === 'any') {
    return {
      isRegionAllowed: signed => REGION.test(signed),
      resolveRegion: signed => signed ?? sts.unsignedRegion ?? DEFAULT_REGION,
    }
  }
  const [first = DEFAULT_REGION] = regions
  const allowed = new Set(regions)
  if (allowed.size === 1) {
    return {
      isRegionAllowed: signed => signed === first || REGION.test(signed),
      resolveRegion: () => first,
    }
  }
  return {
    isRegionAllowed: signed => allowed.has(signed),
    resolveRegion: signed => signed ?? sts.unsignedRegion ?? first,
  }
}
