import type { IssuerNameSetting } from '../principals/issuer-url-setting.ts'
import type { Clock } from '../runtime/clock.ts'
import type { DocumentAddress } from './issuer.ts'
import { createIssuerUrls, findOwnIssuerId, IssuerUrlError, type IssuerUrls } from './issuer-url.ts'

/** One of the names under which the issuers of an installation are served. */
export interface IssuerName extends Pick<IssuerUrls, 'text' | 'formatIssuerUrl'> {
  /** From this instant on it is served no more; null: for ever. */
  readonly untilMs: number | null
}

/** All names of the issuers of an installation. There is never another: no request makes one. */
export interface IssuerNames {
  /** The main name, then the aliases, also those that are served no more. */
  readonly all: readonly IssuerName[]
  /** The name in tokens of accounts that have none of their own. It is served for ever. */
  readonly signing: IssuerName
  /** The name whose text this is; null when none has it. */
  findName(text: string): IssuerName | null
  /** Whether its documents are served now. */
  isServed(name: IssuerName): boolean
  /** The names whose documents are served now. */
  listServed(): readonly IssuerName[]
  /**
   * The name in new tokens of an account. The account's own one stands in them as long as every such
   * token ends before the name does, and afterwards the one of the installation.
   * @param own what the account has set; null for nothing
   */
  findSigningName(own: string | null): IssuerName
  /**
   * Which document a request asks for, and under which name; null when it asks for none. Among several
   * names with the path, that of the host counts, and otherwise the first: a host that nobody has is
   * how proxies and probes call this server.
   * @param host the `Host` header, with or without a port
   * @param path the request's path as received, without a query
   */
  findDocumentAddress(host: string, path: string): DocumentAddress | null
  /**
   * The issuer id in a URL that is exactly the URL of an issuer here; null for any other. Names that
   * are served no more count: what stands at such an address now must not speak for this installation.
   */
  findOwnIssuerId(issuerUrl: string): string | null
}

/** Longest life of a token (aws-wire §1.1). */
const LONGEST_TOKEN_MS = 3600_000

/**
 * Makes the names.
 * @param settings the main name first
 * @param signAs the text of the one in new tokens; null for the main name
 * @throws IssuerUrlError
 */
export function createIssuerNames(
  settings: readonly [IssuerNameSetting, ...IssuerNameSetting[]],
  signAs: string | null,
  clock: Clock,
): IssuerNames {
  const names = settings.map(({ url, untilMs }): IssuerUrls & IssuerName => ({
    ...createIssuerUrls(url),
    untilMs,
  }))
  const byText = new Map(names.map(name => [name.text, name]))
  const [main] = names
  const signing = signAs === null ? main : byText.get(signAs)
  if (signing === undefined) throw new IssuerUrlError(`no issuer has the name ${signAs}`)

  const isServed = ({ untilMs }: IssuerName): boolean => untilMs === null || clock.nowMs() < untilMs

  return {
    all: names,
    signing,
    findName: text => byText.get(text) ?? null,
    isServed,
    listServed: () => names.filter(isServed),

    findSigningName(own) {
      const name = own === null ? undefined : byText.get(own)
      if (name === undefined) return signing
      const { untilMs } = name
      return untilMs === null || clock.nowMs() + LONGEST_TOKEN_MS <= untilMs ? name : signing
    },

    findDocumentAddress(host, path) {
      let best: { readonly address: DocumentAddress; readonly rank: number } | null = null
      for (const name of names) {
        const address = name.findDocumentAddress(host, path)
        if (address === null) continue
        const rank = name.rankHost(host)
        if (best === null || rank > best.rank) best = { address, rank }
      }
      return best?.address ?? null
    },

    findOwnIssuerId(issuerUrl) {
      for (const name of names) {
        const issuerId = findOwnIssuerId(name, issuerUrl)
        if (issuerId !== null) return issuerId
      }
      return null
    },
  }
}
