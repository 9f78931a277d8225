import { BareRefusal } from '../../errors.ts'
import { encodePathAgain, findBrokenEscape } from './percent-encoding.ts'

/** Plain segments, none of which begins with a dot: already canonical. */
const PLAIN_PATH = /^(?:\/[\w~-][\w.~-]*)*\/?$/

/**
 * The path as it is signed (aws-wire §7.1): as received, without empty and `.` segments; each `..`
 * removes itself and the segment before it; the result is encoded once more. A trailing slash stays,
 * because clients differ in whether they send one. An escaped dot is not a dot, as for the SDKs'
 * signers.
 *
 * @throws BareRefusal 400 when the path is not absolute, has a broken escape or leads above the root
 * (aws-wire §7.3 row 1)
 */
export function canonicalPath(path: string): string {
  if (!path.startsWith('/')) throw new BareRefusal(400)
  if (PLAIN_PATH.test(path)) return path
  if (findBrokenEscape(path) !== null) throw new BareRefusal(400)
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined) throw new BareRefusal(400)
  }
  const trailingSlash = path.endsWith('/') && segments.length > 0 ? '/' : ''
  return encodePathAgain(`/${segments.join('/')}${trailingSlash}`)
}
