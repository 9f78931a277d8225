/** A stretch of a pattern: `literal` text is compared as it stands, else `*` and `?` are wildcards. */
export interface Piece {
  readonly text: string
  readonly literal: boolean
}

/** What a pattern is matched against. A string is one; a test may count the reads of another. */
export interface UnitSequence {
  readonly length: number
  charCodeAt(index: number): number
}

/** UTF-16 units in a row; {@link ANY_UNIT} stands for `?`. */
type Run = readonly number[]

/**
 * A compiled pattern: the runs between its `*`. One run means no `*` at all; otherwise the first is
 * anchored at the start, the last at the end, and those between follow each other in order.
 */
export interface WildcardPattern {
  readonly runs: readonly [Run, ...Run[]]
}

const ANY_UNIT = -1

/** Splits pieces at their wildcard stars, once, when a policy is parsed. */
export function compileWildcard(pieces: readonly Piece[]): WildcardPattern {
  let last: number[] = []
  const runs: [number[], ...number[][]] = [last]
  for (const { text, literal } of pieces) {
    for (let index = 0; index < text.length; index += 1) {
      const character = text.charAt(index)
      if (!literal && character === '*') {
        last = []
        runs.push(last)
      } else {
        last.push(!literal && character === '?' ? ANY_UNIT : text.charCodeAt(index))
      }
    }
  }
  return { runs }
}

/**
 * Whether the whole value matches: `*` is any run of characters (also `/`, `:` and line breaks), `?`
 * exactly one UTF-16 unit; there are no escapes and no brackets (aws-wire §5.3). Each run is placed at
 * its first possible place and never moved again, which is right because nothing but `*` stands
 * between runs. So a value of n units is read at most n²/4 + n times, whatever the pattern's length:
 * a run of length r has at most n − r + 1 places, and the first run without a place ends the search.
 */
export function matchWildcard(pattern: WildcardPattern, value: UnitSequence): boolean {
  const [first, ...rest] = pattern.runs
  const last = rest.pop()
  if (last === undefined) return first.length === value.length && isRunAt(first, value, 0)
  const end = value.length - last.length
  let position = first.length
  if (position > end || !isRunAt(first, value, 0) || !isRunAt(last, value, end)) return false
  for (const run of rest) {
    while (position + run.length <= end && !isRunAt(run, value, position)) position += 1
    position += run.length
    if (position > end) return false
  }
  return true
}

function isRunAt(run: Run, value: UnitSequence, position: number): boolean {
  for (let index = 0; index < run.length; index += 1) {
    const unit = run[index]
    if (unit !== ANY_UNIT && unit !== value.charCodeAt(position + index)) return false
  }
  return true
}

/** Whether the pattern matches any text that begins so. */
export function mayMatchStart({ runs: [first, ...rest] }: WildcardPattern, start: string): boolean {
  const isStarred = rest.length > 0
  if (first.length >= start.length) return isRunAt(first.slice(0, start.length), start, 0)
  return isStarred && isRunAt(first, start, 0)
}
