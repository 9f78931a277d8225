/** Round numbers from 0 to at least `max`, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function createTicks(max: number, count: number): readonly number[] {
  if (!(max > 0)) throw new TypeError(`there is no axis up to ${max}`)
  const raw = max / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(each => each >= raw) ?? raw
  const steps = Math.ceil(max / step - 1e-9)
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/** Powers of ten from at most `min` to at least `max`, at least two of them. */
export function createLogTicks(min: number, max: number): readonly number[] {
  if (!(min > 0 && max >= min)) throw new TypeError(`there is no axis from ${min} to ${max}`)
  const first = Math.floor(Math.log10(min))
  const last = Math.max(first + 1, Math.ceil(Math.log10(max)))
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
}

/** A number as it stands at an axis: `1,200`, `0.5`. */
export function formatTick(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 })
}
