import { cleanText } from '../../runtime/clean-text.ts'
import { formatNetworkPrefix } from '../../runtime/network-prefix.ts'
import type { KeyReaderStore } from '../../store/reader-ports.ts'
import type { FetchedDocument, IssuerDocuments } from '../issuer.ts'
import { type Look, MAX_READERS, mergeReaders, NO_LOOKS, nameReader } from './merge-readers.ts'

/** What is known of readers and not yet in the store. */
export interface ReaderNotes {
  /** Takes a note in memory. Never throws. */
  note(fetched: FetchedDocument, nowMs: number): void
  /**
   * Puts down what was noted, and forgets those that have been away for longer than is kept. What can't
   * be put down now stays noted. @throws StoreFailure
   */
  save(nowMs: number): Promise<void>
}

/** Looks of all issuers that a process keeps until they are put down. */
const MAX_LOOKS = 20_000
/** Issuers that one `save` writes. The others wait for the next one. */
const MAX_SAVED_ISSUERS = 2_000
/** Issuers with readers to forget, of each `save`. */
const MAX_PRUNED_ISSUERS = 500

const MAX_USER_AGENT_LENGTH = 120
const MAX_VIA_LENGTH = 80
/** 96 bits of a digest: enough to tell the key sets of one issuer apart. */
const TAG_LENGTH = 16

interface IssuerNotes {
  readonly looks: Map<string, Look>
  forgotten: number
  forgottenAtMs: number | null
}

/** Begins to take notes of who fetches the documents of issuers. */
export function createReaderNotes(
  store: Pick<KeyReaderStore, 'changeReaders' | 'listIssuersWithOldReaders'>,
  keptForMs: number,
): ReaderNotes {
  let notes = new Map<string, IssuerNotes>()
  let lookCount = 0

  /** Those who read the keys of an issuer within a minute mostly get the same. */
  function findKeySet(issuerId: string, { jwks }: IssuerDocuments, tag: string): Look['keySet'] {
    for (const { keySet } of notes.get(issuerId)?.looks.values() ?? []) {
      if (keySet?.tag === tag) return keySet
    }
    return { tag, keyIds: listKeyIds(jwks) }
  }

  function add(issuerId: string, look: Look): void {
    let ofIssuer = notes.get(issuerId)
    if (ofIssuer === undefined) {
      if (notes.size >= MAX_LOOKS) return
      ofIssuer = { looks: new Map(), forgotten: 0, forgottenAtMs: null }
      notes.set(issuerId, ofIssuer)
    }
    const name = nameReader(look)
    const known = ofIssuer.looks.get(name)
    if (known === undefined) {
      if (ofIssuer.looks.size >= MAX_READERS || lookCount >= MAX_LOOKS) {
        ofIssuer.forgotten += 1
        ofIssuer.forgottenAtMs = look.lastAtMs
        return
      }
      lookCount += 1
    }
    ofIssuer.looks.set(name, {
      ...look,
      discoveryAtMs: look.discoveryAtMs ?? known?.discoveryAtMs ?? null,
      jwksAtMs: look.jwksAtMs ?? known?.jwksAtMs ?? null,
      keySet: look.keySet ?? known?.keySet ?? null,
    })
  }

  function take(maxIssuers: number): ReadonlyMap<string, IssuerNotes> {
    const taken = new Map([...notes].slice(0, maxIssuers))
    notes = new Map([...notes].slice(maxIssuers))
    lookCount = countLooks(notes)
    return taken
  }

  /** What has been noted meanwhile is newer. */
  function putBack(taken: ReadonlyMap<string, IssuerNotes>): void {
    for (const [issuerId, ofIssuer] of taken) {
      const newer = notes.get(issuerId)?.looks ?? new Map<string, Look>()
      for (const [name, look] of ofIssuer.looks) if (!newer.has(name)) add(issuerId, look)
    }
  }

  return {
    note({ issuerId, document, documents, entityTag, ...from }, nowMs) {
      const isJwks = document === 'jwks'
      add(issuerId, {
        network: formatNetworkPrefix(from.sourceIp),
        userAgent: cleanHeader(from.userAgent, MAX_USER_AGENT_LENGTH),
        via: cleanHeader(from.via, MAX_VIA_LENGTH),
        lastAtMs: nowMs,
        discoveryAtMs: isJwks ? null : nowMs,
        jwksAtMs: isJwks ? nowMs : null,
        keySet: isJwks ? findKeySet(issuerId, documents, formatTag(entityTag)) : null,
      })
    },

    async save(nowMs) {
      const keptSinceMs = nowMs - keptForMs
      const taken = take(MAX_SAVED_ISSUERS)
      try {
        await store.changeReaders([...taken.keys()], (issuerId, kept) => {
          const ofIssuer = taken.get(issuerId)
          const looks = ofIssuer && { ...ofIssuer, looks: [...ofIssuer.looks.values()] }
          return mergeReaders(kept, looks ?? NO_LOOKS, keptSinceMs)
        })
      } catch (error) {
        putBack(taken)
        throw error
      }
      const old = await store.listIssuersWithOldReaders(keptSinceMs, MAX_PRUNED_ISSUERS)
      await store.changeReaders(old, (_id, kept) => mergeReaders(kept, NO_LOOKS, keptSinceMs))
    },
  }
}

const countLooks = (notes: ReadonlyMap<string, IssuerNotes>): number =>
  [...notes.values()].reduce((sum, { looks }) => sum + looks.size, 0)

function cleanHeader(text: string, maxLength: number): string {
  return cleanText(text, maxLength).trim()
}

/** The beginning of an entity tag, as it is kept. */
function formatTag(entityTag: string): string {
  return entityTag.replaceAll('"', '').slice(0, TAG_LENGTH)
}

function listKeyIds(jwks: string): readonly string[] {
  const { keys }: { keys: readonly { kid: string }[] } = JSON.parse(jwks)
  return keys.map(({ kid }) => kid)
}
