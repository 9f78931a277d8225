/** Somebody who has fetched documents of an issuer. Texts from outside have been cleaned and cut. */
export interface KeyReader {
  /** Where it is: the network of its address, `192.0.2.0/24` or `2001:db8:1::/48`. */
  readonly network: string
  /** What it calls itself; empty when it does not say. */
  readonly userAgent: string
  /** The proxies that it came through, as they say; empty for none. */
  readonly via: string
  readonly firstAtMs: number
  /** When it has last fetched a document of any kind. */
  readonly lastAtMs: number
  readonly discoveryAtMs: number | null
  readonly jwksAtMs: number | null
  /** The beginning of the entity tag of the JWKS that it has fetched last. */
  readonly jwksTag: string | null
  /** On how many occasions, at least a minute apart, it has fetched something. */
  readonly occasions: number
}

/** Those who have fetched documents of one issuer, as far as that is kept. */
export interface IssuerReaders {
  readonly readers: readonly KeyReader[]
  /** The key ids of each JWKS that one of them has fetched last, by the beginning of its entity tag. */
  readonly keySets: Readonly<Record<string, readonly string[]>>
  /** How many others there were that found no place, and when the last of them came. */
  readonly forgotten: number
  readonly forgottenAtMs: number | null
}

/** An issuer whose documents nobody has fetched. */
export const NO_READERS: IssuerReaders = {
  readers: [],
  keySets: {},
  forgotten: 0,
  forgottenAtMs: null,
}

/** Makes of what is kept what is to be kept from now on. */
export type ChangeReaders = (issuerId: string, kept: IssuerReaders) => IssuerReaders

/** Who has fetched the documents of issuers. Nobody caches it, so no change is recorded. */
export interface KeyReaderStore {
  /** Null when nothing is kept of this issuer. */
  findReaders(issuerId: string): Promise<IssuerReaders | null>
  /** Reads, changes and writes the readers of some issuers, each as one. Issuers that are gone are passed over. */
  changeReaders(issuerIds: readonly string[], change: ChangeReaders): Promise<void>
  /** Issuers of which a reader is kept that has fetched nothing since then. */
  listIssuersWithOldReaders(untilMs: number, maxItems: number): Promise<readonly string[]>
  /** Forgets the readers of all issuers. */
  forgetReaders(): Promise<void>
}
