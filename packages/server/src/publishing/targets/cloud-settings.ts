import { z } from 'zod'
import { isLocalHostname } from '../../runtime/loopback.ts'

/** A path of a file, or another text that can't be empty. */
export const text = z.string().min(1)

/** What stands before the paths of objects: parts of letters, digits, `.`, `_` and `-`, none of dots alone. */
export const prefix = z
  .string()
  .regex(
    /^(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)*$/,
    'must be a path without a slash at either end',
  )
  .optional()

/** The place of a path in a bucket. */
export function addPrefix(prefix: string | undefined, path: string): string {
  return prefix === undefined ? path : `${prefix}/${path}`
}

/**
 * What is wrong with the URL of a service that is shown credentials, in words that follow the name of
 * the target. Null: nothing.
 */
export function findServiceUrlFault(
  setting: string,
  value: string | undefined,
  { canHavePath }: { readonly canHavePath: boolean },
): string | null {
  if (value === undefined) return null
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol)) return `needs a \`${setting}\` with https://`
  if (url.username !== '' || url.password !== '')
    return `must not have a password in \`${setting}\``
  const canonical = url.pathname === '/' ? url.origin : `${url.origin}${url.pathname}`
  if (value !== canonical || value.endsWith('/')) {
    return `must have a \`${setting}\` without query, fragment and slash at the end`
  }
  if (!canHavePath && url.pathname !== '/') return `must have a \`${setting}\` without a path`
  if (url.protocol === 'http:' && !isLocalHostname(url.hostname)) {
    return `needs a \`${setting}\` with https://: without TLS anybody on the way can take credentials or replace the keys`
  }
  return null
}
