import type { OverloadResult } from './load.ts'

/** What one phase offers. */
export interface Offer {
  /** What the server carries, in calls a second, and how many times that is offered. */
  readonly capacityPerSecond: number
  readonly factor: number
  readonly seconds: number
  readonly limits: Limits
}

/** `limits.maxRequestsInFlight` and `limits.maxWaitMilliseconds` of the server. */
export interface Limits {
  readonly maxRequestsInFlight: number
  readonly maxWaitMilliseconds: number
}

/** Fewer make no crowd. */
const FEWEST_CONNECTIONS = 600

/** How long a refusal may take to come back: beside the load, on the same cores. */
const REFUSAL_SECONDS = 0.2
const MARGIN = 1.25

/**
 * How many connections a load needs that waits for no answer: one for each call that the server works
 * on or is refusing. With fewer, calls would wait for connections, and the server's bound never be met.
 */
export function countConnections(offer: Offer): number {
  const { capacityPerSecond, factor, seconds, limits } = offer
  const inTime = (capacityPerSecond * limits.maxWaitMilliseconds) / 1000
  const bound = Math.min(inTime, limits.maxRequestsInFlight)
  const offered = capacityPerSecond * factor
  // Whoever is not refused may wait until the end: the server may carry less by then.
  const waiting = Math.min(bound, offered * seconds)
  const needed = Math.ceil((waiting + offered * REFUSAL_SECONDS) * MARGIN)
  return Math.max(FEWEST_CONNECTIONS, needed)
}

/** Why a phase does not show what it was meant to show, such as refusals beyond the bound; empty when it does. */
export function findShortfalls(
  { throttled, others, unsent }: Pick<OverloadResult, 'throttled' | 'others' | 'unsent'>,
  { isBeyondBound }: { readonly isBeyondBound: boolean },
): readonly string[] {
  const shortfalls: string[] = []
  if (isBeyondBound && throttled === 0) {
    shortfalls.push('nothing was refused: the bound was not reached')
  }
  if (unsent > 0) shortfalls.push(`${unsent} calls were not sent, as every connection waited`)
  if (others > 0) shortfalls.push(`${others} answers were neither a token nor a refusal`)
  return shortfalls
}
