import type { Config } from './config.ts'

const REGION = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/

/** Decides whether a signature may be scoped to a region: one of the list, or any well-formed one. */
export function createRegionCheck({ sts }: Config): (region: string) => boolean {
  if (sts.regions === 'any') return region => REGION.test(region)
  const allowed = new Set(sts.regions)
  return region => allowed.has(region)
}
