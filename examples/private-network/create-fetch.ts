import type { Fetch } from '@credence/verify'
import { Agent, fetch, ProxyAgent } from 'undici'

/** How an issuer is reached. */
export interface Network {
  /** URL of the proxy on the way, `http://proxy.example.com:3128`; there is none when left out. */
  readonly proxy?: string
  /** Certificates of the authorities that are trusted, in PEM; those that Node brings when left out. */
  readonly ca?: string
}

/**
 * A `fetch` for a verifier. Only the documents of issuers take this way: nothing else of the process goes
 * through the proxy, or trusts the private authority.
 */
export function createFetch({ proxy, ca }: Network): Fetch {
  const tls = ca === undefined ? {} : { ca }
  const dispatcher =
    proxy === undefined
      ? new Agent({ connect: tls })
      : new ProxyAgent({ uri: proxy, requestTls: tls, proxyTls: tls })
  return (url, init) => fetch(url, { ...init, dispatcher })
}
