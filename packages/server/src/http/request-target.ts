const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const DOT = '(?:\\.|%2[Ee])'
const CURRENT_SEGMENT = new RegExp(`^${DOT}$`)
const PARENT_SEGMENT = new RegExp(`^${DOT}${DOT}$`)

/** The two parts of a request-target, both as received. */
export interface RequestTarget {
  readonly path: string
  /** Without `?`; empty when there is none. */
  readonly rawQuery: string
}

/** Cuts a request-target at its first `?`. Decodes nothing. */
export function splitTarget(target: string): RequestTarget {
  const cut = target.indexOf('?')
  return cut === -1
    ? { path: target, rawQuery: '' }
    : { path: target.slice(0, cut), rawQuery: target.slice(cut + 1) }
}

/**
 * Whether a path is absolute, has whole escapes, carries no fragment and stays below the root
 * (aws-wire §7.3 row 1). Empty segments count as AWS's normalisation counts them: not at all.
 */
export function isAcceptablePath(path: string): boolean {
  if (path === '/') return true
  if (!path.startsWith('/') || path.includes('#') || BROKEN_ESCAPE.test(path)) return false
  let depth = 0
  for (const segment of path.split('/')) {
    if (segment === '' || CURRENT_SEGMENT.test(segment)) continue
    depth += PARENT_SEGMENT.test(segment) ? -1 : 1
    if (depth < 0) return false
  }
  return true
}
