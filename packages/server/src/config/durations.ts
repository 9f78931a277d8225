/** The units of durations as they are written, in milliseconds. */
const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Ten years: nothing that is kept or waited for here takes longer. */
const MAX_DURATION_MS = 3650 * 86_400_000

/** A duration such as `90d`, `24h`, `30m`, `90s` or `0` in milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  const durationMs = Number(digits) * (UNITS_MS[unit] ?? 0)
  return digits !== '' && durationMs <= MAX_DURATION_MS ? durationMs : null
}

/** A duration in the largest unit that it is whole in, as `parseDuration` reads it; at least seconds. */
export function formatDuration(durationMs: number): string {
  const unit = ['d', 'h', 'm'].find(each => durationMs % (UNITS_MS[each] ?? 1) === 0) ?? 's'
  return durationMs === 0 ? '0' : `${Math.ceil(durationMs / (UNITS_MS[unit] ?? 1))}${unit}`
}
