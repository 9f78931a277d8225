/**
 * Arithmetic of capacity: from CPU time per token to cores, machines and bytes. Pure, so that every
 * figure of `docs/performance.md` can be followed by hand.
 */

/** How much of its CPU time a server is planned to use, so that waiting stays short. */
export const PLANNED_LOAD_PERCENT = 60

/** Cores for a rate, whole, when each is used up to the planned load. */
export function countCores(tokensPerSecond: number, cpuUsPerToken: number): number {
  return Math.ceil((tokensPerSecond * cpuUsPerToken) / (PLANNED_LOAD_PERCENT * 10_000))
}

/** Tokens a second from so many cores that are used up to the planned load. */
export function computeRate(cores: number, cpuUsPerToken: number): number {
  return Math.floor((cores * PLANNED_LOAD_PERCENT * 10_000) / cpuUsPerToken)
}

/** How a rate is spread over replicas and cells. */
export interface Plan {
  readonly tokensPerReplica: number
  readonly replicas: number
  readonly cells: number
}

/**
 * Replicas of so many cores, and cells of so many replicas. One replica more in each cell than the rate
 * needs, so that one may be away.
 */
export function planCells(
  tokensPerSecond: number,
  cpuUsPerToken: number,
  {
    coresPerReplica,
    replicasPerCell,
  }: {
    readonly coresPerReplica: number
    readonly replicasPerCell: number
  },
): Plan {
  const tokensPerReplica = computeRate(coresPerReplica, cpuUsPerToken)
  const cells = Math.ceil(tokensPerSecond / (tokensPerReplica * (replicasPerCell - 1)))
  return { tokensPerReplica, replicas: cells * replicasPerCell, cells }
}

/** CPU time of all sides for one token that is signed once and verified so many times, in µs. */
export function computeSystemCost(
  cost: { readonly signUs: number; readonly verifyUs: number },
  verifications: number,
): number {
  return cost.signUs + verifications * cost.verifyUs
}
