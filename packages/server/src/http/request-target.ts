const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const DOT = '(?:\\.|%2[Ee])'
const CURRENT_SEGMENT = new RegExp(`^${DOT}$`)
const PARENT_SEGMENT = new RegExp(`^${DOT}${DOT}$`)

const ABSOLUTE = /^(https?):\/\/([^/?#]*)/i
const DEFAULT_PORT = { http: /:80$/, https: /:443$/ } as const

/** A request-target and its parts, undecoded. */
export interface RequestTarget {
  /** Path and query. Clients sign these, and they decide the answer. */
  readonly originForm: string
  readonly path: string
  /** Without `?`; empty when there is none. */
  readonly rawQuery: string
  /** The host that the absolute form names (RFC 9112 §3.2.2); null in the origin form. */
  readonly authority: Authority | null
}

/** A host as a client wrote it, for one of two schemes. */
interface Authority {
  readonly scheme: 'http' | 'https'
  /** With its port, if it has one. */
  readonly host: string
}

/**
 * Takes a request-target apart. It has the origin form, or the absolute form, which clients send when
 * they take this server for their proxy. The scheme in it says nothing about the connection, so it is
 * not used to judge that.
 */
export function parseRequestTarget(target: string): RequestTarget {
  const [prefix = '', scheme, host = ''] = ABSOLUTE.exec(target) ?? []
  const rest = target.slice(prefix.length)
  const originForm = prefix === '' || rest.startsWith('/') ? rest : `/${rest}`
  const cut = originForm.indexOf('?')
  return {
    originForm,
    path: cut === -1 ? originForm : originForm.slice(0, cut),
    rawQuery: cut === -1 ? '' : originForm.slice(cut + 1),
    authority:
      scheme === undefined
        ? null
        : { scheme: scheme.toLowerCase() === 'http' ? 'http' : 'https', host },
  }
}

/**
 * Whether a `Host` header names the same host as the target, as it must (RFC 9112 §3.2). Case and the
 * default port make no difference. An authority that is empty, or has a user in it, names no host.
 */
export function isSameHost({ scheme, host }: Authority, hostHeader: string): boolean {
  const normalize = (text: string) => text.toLowerCase().replace(DEFAULT_PORT[scheme], '')
  return host !== '' && !host.includes('@') && normalize(host) === normalize(hostHeader.trim())
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
