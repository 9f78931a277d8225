import type { IssuerReaders, KeyReader } from '../../store/reader-ports.ts'

/** How many readers are kept of an issuer. */
export const MAX_READERS = 50

/** Looks that are closer together than this are one occasion. */
const OCCASION_MS = 60_000

/** What somebody has fetched since it was last put down. */
export interface Look
  extends Pick<KeyReader, 'network' | 'userAgent' | 'via' | 'discoveryAtMs' | 'jwksAtMs'> {
  /** The beginning of the entity tag of the JWKS, and its key ids; null where none was fetched. */
  readonly keySet: { readonly tag: string; readonly keyIds: readonly string[] } | null
  readonly lastAtMs: number
}

/** What is new about the readers of one issuer. */
export interface NewLooks {
  readonly looks: readonly Look[]
  /** How many others there were, for whom there was no place, and when the last of them came. */
  readonly forgotten: number
  readonly forgottenAtMs: number | null
}

/** Nothing new. */
export const NO_LOOKS: NewLooks = { looks: [], forgotten: 0, forgottenAtMs: null }

/** Two looks with one name are of the same reader. */
export function nameReader(reader: Pick<KeyReader, 'network' | 'userAgent' | 'via'>): string {
  return JSON.stringify([reader.network, reader.userAgent, reader.via])
}

/**
 * The readers of an issuer after some looks. Who has not come since `keptSinceMs` is forgotten. When
 * there are more than {@link MAX_READERS}, those go first that have come on one occasion only, because
 * a flood of made-up readers consists of such; then those that have been away for longest.
 */
export function mergeReaders(
  kept: IssuerReaders,
  { looks, forgotten, forgottenAtMs }: NewLooks,
  keptSinceMs: number,
): IssuerReaders {
  const byName = new Map(kept.readers.map(reader => [nameReader(reader), reader]))
  const keySets = new Map(Object.entries(kept.keySets))
  for (const look of looks) {
    const name = nameReader(look)
    byName.set(name, addLook(byName.get(name), look))
    if (look.keySet !== null) keySets.set(look.keySet.tag, look.keySet.keyIds)
  }
  const current = [...byName.values()].filter(({ lastAtMs }) => lastAtMs > keptSinceMs)
  const ordered = current.toSorted(
    (a, b) => Number(b.occasions > 1) - Number(a.occasions > 1) || b.lastAtMs - a.lastAtMs,
  )
  const readers = ordered.slice(0, MAX_READERS)
  const dropped = ordered.slice(MAX_READERS)
  const tags = new Set(readers.map(({ jwksTag }) => jwksTag))
  const isCurrent = (atMs: number | null): boolean => atMs !== null && atMs > keptSinceMs
  return {
    readers,
    keySets: Object.fromEntries([...keySets].filter(([tag]) => tags.has(tag))),
    forgotten: (isCurrent(kept.forgottenAtMs) ? kept.forgotten : 0) + forgotten + dropped.length,
    forgottenAtMs: latest(
      isCurrent(kept.forgottenAtMs) ? kept.forgottenAtMs : null,
      forgottenAtMs,
      ...dropped.map(({ lastAtMs }) => lastAtMs),
    ),
  }
}

function addLook(known: KeyReader | undefined, look: Look): KeyReader {
  const { keySet, network, userAgent, via, discoveryAtMs, jwksAtMs, lastAtMs } = look
  if (known === undefined) {
    const jwksTag = keySet?.tag ?? null
    const firstAtMs = lastAtMs
    const times = { firstAtMs, lastAtMs, discoveryAtMs, jwksAtMs }
    return { network, userAgent, via, ...times, jwksTag, occasions: 1 }
  }
  const isNewer = jwksAtMs !== null && jwksAtMs >= (known.jwksAtMs ?? 0)
  return {
    ...known,
    lastAtMs: Math.max(known.lastAtMs, lastAtMs),
    discoveryAtMs: latest(known.discoveryAtMs, discoveryAtMs),
    jwksAtMs: latest(known.jwksAtMs, jwksAtMs),
    jwksTag: isNewer && keySet !== null ? keySet.tag : known.jwksTag,
    occasions: known.occasions + (lastAtMs - known.lastAtMs >= OCCASION_MS ? 1 : 0),
  }
}

function latest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter(instant => instant !== null)
  return known.length === 0 ? null : Math.max(...known)
}
