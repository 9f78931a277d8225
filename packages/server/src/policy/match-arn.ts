import {
  compileWildcard,
  matchWildcard,
  type Piece,
  type WildcardPattern,
} from './match-wildcard.ts'

/** An ARN has six colon-separated parts; the last keeps its own colons. */
const ARN_PARTS = 6

/** A compiled ARN pattern of the conditions `ArnLike` and `ArnEquals`: one pattern a part. */
export interface ArnPattern {
  readonly parts: readonly WildcardPattern[]
}

/** The six parts of an ARN; null when the text is not one (aws-wire §5.3: it never matches then). */
export function splitArn(text: string): readonly string[] | null {
  const [arn = '', ...rest] = text.split(':')
  if (arn !== 'arn' || rest.length < ARN_PARTS - 1) return null
  return [arn, ...rest.slice(0, ARN_PARTS - 2), rest.slice(ARN_PARTS - 2).join(':')]
}

/** Compiles an ARN pattern; null when it has not six parts or does not begin with `arn:`. `*` is any ARN. */
export function compileArnPattern(pieces: readonly Piece[]): ArnPattern | null {
  if (isLoneStar(pieces)) return { parts: [] }
  const parts = splitPieces(pieces)
  if (parts.length !== ARN_PARTS || textOf(parts[0]) !== 'arn') return null
  return { parts: parts.map(compileWildcard) }
}

/** Part-wise: a wildcard never crosses one of the first five colons. `arn` comes from {@link splitArn}. */
export function matchArn(pattern: ArnPattern, arn: readonly string[]): boolean {
  return pattern.parts.every((part, index) => matchWildcard(part, arn[index] ?? ''))
}

/** A compiled value of `Resource`. */
export interface ResourcePattern {
  /** Set when every wildcard may cross colons, so that the text can be matched as a whole. */
  readonly whole: WildcardPattern | null
  readonly segments: readonly ResourceSegment[]
}

interface ResourceSegment {
  readonly pattern: WildcardPattern
  /** Ends in `*`, which may run on over the following colons. */
  readonly open: boolean
}

/**
 * Compiles a value of `Resource`. Wildcards stay within their colon-separated segment, except a `*`
 * that ends it and those of the sixth (AWS IAM User Guide: IAM JSON policy elements: Resource).
 */
export function compileResource(pieces: readonly Piece[]): ResourcePattern {
  const segments = splitPieces(pieces)
  const closed = segments.slice(0, ARN_PARTS - 1).some(segment => !isFreeSegment(segment))
  return {
    whole: closed ? null : compileWildcard(pieces),
    segments: segments.map(segment => ({
      pattern: compileWildcard(segment),
      open: endsWithStar(segment),
    })),
  }
}

/** Whether the pattern names the resource: an ARN, or `*` for a call that has none. */
export function matchResource(pattern: ResourcePattern, resource: string): boolean {
  if (pattern.whole !== null) return matchWildcard(pattern.whole, resource)
  const last = pattern.segments.length - 1
  let starts: readonly number[] = [0]
  for (const segment of pattern.segments.slice(0, last)) {
    starts = listNextStarts(segment, starts, resource)
  }
  return pattern.segments
    .slice(last)
    .some(({ pattern }) => starts.some(start => matchWildcard(pattern, resource.slice(start))))
}

/** Where the next segment may begin when this one begins at one of `starts` (ascending). */
function listNextStarts(
  segment: ResourceSegment,
  starts: readonly number[],
  resource: string,
): readonly number[] {
  const next: number[] = []
  for (const start of starts) {
    const colon = resource.indexOf(':', start)
    if (colon === -1 || !matchWildcard(segment.pattern, resource.slice(start, colon))) continue
    if (segment.open) return [...next, ...listAfterColons(resource, colon)]
    next.push(colon + 1)
  }
  return next
}

function listAfterColons(text: string, from: number): readonly number[] {
  const positions: number[] = []
  for (let colon = from; colon !== -1; colon = text.indexOf(':', colon + 1)) {
    positions.push(colon + 1)
  }
  return positions
}

/** Splits pieces at their first five colons. */
function splitPieces(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  let last: Piece[] = []
  const segments = [last]
  for (const { text, literal } of pieces) {
    let rest = text
    for (let colon = rest.indexOf(':'); colon !== -1; colon = rest.indexOf(':')) {
      if (segments.length === ARN_PARTS) break
      last.push({ text: rest.slice(0, colon), literal })
      last = []
      segments.push(last)
      rest = rest.slice(colon + 1)
    }
    last.push({ text: rest, literal })
  }
  return segments
}

/** Without a wildcard, or with none but stars at its end. */
function isFreeSegment(segment: readonly Piece[]): boolean {
  const wild = segment.map(({ text, literal }) => (literal ? 'x'.repeat(text.length) : text))
  return /^[^*?]*\**$/.test(wild.join(''))
}

function endsWithStar(segment: readonly Piece[]): boolean {
  const last = segment.findLast(piece => piece.text !== '')
  return last !== undefined && !last.literal && last.text.endsWith('*')
}

function isLoneStar(pieces: readonly Piece[]): boolean {
  return pieces.length === 1 && pieces[0]?.literal === false && pieces[0].text === '*'
}

function textOf(segment: readonly Piece[] | undefined): string {
  return (segment ?? []).map(piece => piece.text).join('')
}
