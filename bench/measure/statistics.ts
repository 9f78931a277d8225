/** A figure over all rounds of a run. */
export interface Figure {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The middle value; of an even number of values, the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return middle.reduce((sum, value) => sum + value, 0) / middle.length
}

/**
 * The smallest value that a share of all values does not exceed (nearest rank): `share` 0.99 of 100
 * values is the 99th. NaN of none.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Median, least and most. @throws TypeError without a value, or with one that is no number */
export function summarize(values: readonly number[]): Figure {
  if (values.length === 0 || values.some(Number.isNaN)) {
    throw new TypeError(`no figure can be made of ${values.length} values: ${values.join(', ')}`)
  }
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}
