import { isLoopbackHost } from '../runtime/loopback.ts'

/** What `store.url` says. */
export interface PostgresUrl {
  /** A name, an address, or the directory of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

const DEFAULT_PORT = 5432

/** Whether nothing of a connection leaves this machine. */
export function isLocalDatabase({ host }: PostgresUrl): boolean {
  return isSocket(host) || isLoopbackHost(host)
}

/** Whether a host is the directory of a Unix socket. */
export function isSocket(host: string): boolean {
  return host.startsWith('/')
}

/** Reads `store.url`, which has passed {@link findPostgresUrlFault}. */
export function parsePostgresUrl(text: string): PostgresUrl {
  const url = new URL(text)
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)),
  }
}

/** What is wrong with a `store.url`, in words that follow the key; null when nothing is. */
export function findPostgresUrlFault(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    return 'must be a URL such as postgres://credence@db.internal/credence'
  }
  if (url.password !== '') {
    return 'must have no password: name a file with `store.passwordFile`, or a variable with `store.passwordEnv`'
  }
  if (url.hash !== '') return 'must have no fragment'
  if (url.hostname === '') return 'must name the host'
  if (url.username === '') return 'must name the user: postgres://USER@HOST/DATABASE'
  if (!/^\/[^/]+$/.test(url.pathname)) {
    return 'must name one database: postgres://USER@HOST/DATABASE'
  }
  if (![url.username, url.hostname, url.pathname].every(isDecodable)) {
    return 'must be percent-encoded UTF-8'
  }
  return findParameterFault(url)
}

function findParameterFault({ searchParams }: URL): string | null {
  for (const name of searchParams.keys()) {
    if (searchParams.getAll(name).length > 1) return `must have one \`${name}\``
    if (name === 'sslmode' && searchParams.get(name) === 'verify-full') continue
    if (name === 'sslmode') {
      return 'must not have this `sslmode`: the certificate of the database is always verified, as by `verify-full`; for a database on this machine, `store.tlsMode` can be `off`'
    }
    return `must not have \`${name}\`: what is not in the URL is a key of \`store\``
  }
  return null
}

function isDecodable(text: string): boolean {
  try {
    return !decodeURIComponent(text).includes('\0')
  } catch {
    return false
  }
}
