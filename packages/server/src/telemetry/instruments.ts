/** A number that only grows. A plain field: counting costs one addition. */
export class Counter {
  value = 0
}

/** How often a measured value fell below each bound, and their sum. */
export class Histogram {
  /** Ascending. */
  readonly bounds: readonly number[]
  /** For each bound, the values at most as large and larger than the bound before; then the rest. */
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
  }

  observe(value: number): void {
    let index = 0
    while (value > (this.bounds[index] ?? Number.POSITIVE_INFINITY)) index += 1
    this.counts[index] = (this.counts[index] ?? 0) + 1
    this.sum += value
  }
}
