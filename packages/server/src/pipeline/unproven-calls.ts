import type { AuditFields } from '../audit/event.ts'
import { formatEventTime } from '../audit/event-time.ts'
import type { Caller } from '../principals/caller.ts'
import type { Counter } from '../telemetry/instruments.ts'
import { formatSourceNetwork } from './source-network.ts'
import { type Rate, TokenBuckets } from './token-buckets.ts'

/** What is kept of refused calls of unproven callers. */
export interface UnprovenCallsOptions {
  /** How many of them have events of their own. */
  readonly rate: Rate
  /** Whether the disk has more room than what must be on record needs. */
  readonly hasRoom: () => boolean
  /** Counts those without. */
  readonly counted: Counter
}

/** One refused call. */
export interface RefusedCall {
  readonly caller: Caller | null
  readonly code: string
  readonly sourceIp: string
  readonly nowMs: number
}

/** How many networks are counted apart, and how many of them a summary names. */
const MAX_NETWORKS = 256
const MAX_NAMED_NETWORKS = 20

interface Summary {
  readonly fromMs: number
  toMs: number
  calls: number
  readonly errorCodes: Map<string, number>
  readonly networks: Map<string, number>
}

/**
 * Decides which refused calls of unproven callers have events of their own. Anybody can make such calls
 * as fast as the server can refuse them, so their events must not fill the disk that other events need.
 * Beyond a rate, such calls are only counted, for a summary.
 *
 * A caller with a token of an identity provider has proven to be somebody. But at a public provider
 * anybody can become somebody. So the same rate holds for such calls, and they are counted apart from
 * the others.
 */
export class UnprovenCalls {
  readonly #options: UnprovenCallsOptions
  readonly #buckets: TokenBuckets
  #summary: Summary | null = null

  constructor(options: UnprovenCallsOptions) {
    this.#options = options
    this.#buckets = new TokenBuckets(options.rate, 2)
  }

  /** Whether a refused call has an event of its own. If not, it is counted. */
  admit(call: RefusedCall): boolean {
    const { caller, nowMs } = call
    if (caller !== null && caller.kind !== 'web-identity') return true
    const bucket = caller === null ? 'unproven' : caller.kind
    if (this.#options.hasRoom() && this.#buckets.take(bucket, nowMs)) return true
    this.#count(call)
    return false
  }

  /**
   * Hands on what has been counted since the last time, for an event of its own. When that event can't
   * be written, the counts stay for the next time. When nothing was counted, nothing is written.
   */
  async summarize(write: (details: AuditFields) => Promise<void>): Promise<void> {
    const summary = this.#summary
    if (summary === null) return
    this.#summary = null
    try {
      await write(toSummaryFields(summary))
    } catch {
      this.#summary = merge(summary, this.#summary)
    }
  }

  #count({ code, sourceIp, nowMs }: RefusedCall): void {
    this.#options.counted.value += 1
    const network = formatSourceNetwork(sourceIp)
    this.#summary ??= {
      fromMs: nowMs,
      toMs: nowMs,
      calls: 0,
      errorCodes: new Map(),
      networks: new Map(),
    }
    this.#summary.toMs = nowMs
    this.#summary.calls += 1
    add(this.#summary.errorCodes, code, 1)
    addNetwork(this.#summary.networks, network, 1)
  }
}

function merge(earlier: Summary, later: Summary | null): Summary {
  if (later === null) return earlier
  for (const [code, calls] of later.errorCodes) add(earlier.errorCodes, code, calls)
  for (const [network, calls] of later.networks) addNetwork(earlier.networks, network, calls)
  earlier.calls += later.calls
  earlier.toMs = later.toMs
  return earlier
}

function addNetwork(networks: Summary['networks'], network: string, calls: number): void {
  if (networks.has(network) || networks.size < MAX_NETWORKS) add(networks, network, calls)
}

function add(counts: Map<string, number>, key: string, calls: number): void {
  counts.set(key, (counts.get(key) ?? 0) + calls)
}

function toSummaryFields({ fromMs, toMs, calls, errorCodes, networks }: Summary): AuditFields {
  const named = [...networks].toSorted(([, a], [, b]) => b - a).slice(0, MAX_NAMED_NETWORKS)
  const namedCalls = named.reduce((sum, [, count]) => sum + count, 0)
  return {
    calls,
    from: formatEventTime(fromMs),
    to: formatEventTime(toMs),
    errorCodes: Object.fromEntries(errorCodes),
    sources: named.map(([network, count]) => ({ network, calls: count })),
    otherCalls: calls - namedCalls,
  }
}
