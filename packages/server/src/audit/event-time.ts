/** CloudTrail's form of an instant: RFC 3339 in UTC to the second, `2026-11-22T20:12:19Z`. */
export function formatEventTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}
