import type { Counter, Histogram } from './instruments.ts'
import type { Metrics } from './metrics.ts'

/** Counts API calls. It is on the path of every call, so it looks labels up in two maps alone. */
export class CallMetrics {
  readonly #metrics: Metrics
  readonly #counters = new Map<string, Map<string, Counter>>()
  readonly #durations = new Map<string, Histogram>()

  constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  /** The instant to pass to {@link count}, in seconds. */
  start(): number {
    return this.#metrics.nowSeconds()
  }

  /**
   * Counts a call that has its answer. `action` and `code` must be ours, never a text of the caller;
   * null stands for an operation that was not found.
   */
  count(
    operation: { readonly name: string; readonly api: { readonly name: string } } | null,
    code: string,
    startedAtSeconds: number,
  ): void {
    this.#counterOf(operation?.name ?? 'unknown', code).value += 1
    const elapsedSeconds = this.#metrics.nowSeconds() - startedAtSeconds
    this.#durationOf(operation?.api.name ?? 'unknown').observe(elapsedSeconds)
  }

  #counterOf(action: string, code: string): Counter {
    let byCode = this.#counters.get(action)
    if (byCode === undefined) {
      byCode = new Map()
      this.#counters.set(action, byCode)
    }
    let counter = byCode.get(code)
    if (counter === undefined) {
      counter = this.#metrics.counter('credence_requests_total', { action, code })
      byCode.set(code, counter)
    }
    return counter
  }

  #durationOf(api: string): Histogram {
    let histogram = this.#durations.get(api)
    if (histogram === undefined) {
      histogram = this.#metrics.histogram('credence_request_duration_seconds', { api })
      this.#durations.set(api, histogram)
    }
    return histogram
  }
}
