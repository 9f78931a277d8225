import { lookup, Resolver } from 'node:dns/promises'
import { KeySourceError } from './issuer-documents.ts'

/** The IP addresses of a host name. Stops when the signal says so. @throws KeySourceError `unreachable` */
export type HostResolver = (hostname: string, signal: AbortSignal) => Promise<readonly string[]>

/** How names are resolved. */
export interface HostResolvers {
  /** For names that anybody may have chosen. */
  readonly public: HostResolver
  /** For hosts that the operator listed. */
  readonly listed: HostResolver
}

const QUERY_TIMEOUT_MS = 2000

/** Resolves as the system does. */
type SystemLookup = (hostname: string) => Promise<readonly string[]>

/**
 * What a server uses. Names that anybody may have chosen are asked of the DNS alone, in queries
 * that can be given up. Listed hosts are resolved as the system does it, with `/etc/hosts` and the
 * like; such a look-up holds one of the process's few threads until it ends, even when nobody waits
 * for it any more. So whoever controls a slow name server must not be able to start one, and for
 * each listed host there is one at a time.
 */
export function createHostResolvers(lookUp: SystemLookup = lookUpBySystem): HostResolvers {
  const pending = new Map<string, Promise<readonly string[]>>()
  return {
    public: resolveByDns,
    listed: (hostname, signal) => {
      let found = pending.get(hostname)
      if (found === undefined) {
        found = lookUp(hostname).finally(() => pending.delete(hostname))
        pending.set(hostname, found)
      }
      return resolveBySystem(hostname, found, signal)
    },
  }
}

async function lookUpBySystem(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true })
  return found.map(({ address }) => address)
}

async function resolveByDns(hostname: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 2 })
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ])
    const addresses = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length === 0) throw unresolved(hostname, answers)
    return addresses
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

async function resolveBySystem(
  hostname: string,
  found: Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const giveUp = (): void => reject(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([found, aborted])
  } catch (cause) {
    throw unresolved(hostname, cause)
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function unresolved(hostname: string, cause: unknown): KeySourceError {
  return new KeySourceError('unreachable', `${hostname} has no address`, { cause })
}
