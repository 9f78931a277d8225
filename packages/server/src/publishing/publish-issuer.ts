import { isDeepStrictEqual } from 'node:util'
import { DISCOVERY_PATH, JWKS_PATH } from '../issuer/discovery.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Publication, PublicationStore } from '../store/publication-ports.ts'
import { digestIssuer, isSeenAt } from './digest-issuer.ts'
import { listThumbprints } from './list-thumbprints.ts'
import type { PublishedIssuer, PublishTarget, ReadIssuer } from './publish-target.ts'
import { findDocumentProblem, readPublic } from './read-public.ts'
import { isLaterStamp, readStampedDocument, stampDocument } from './stamp.ts'
import { createTakenError, findMarkState, type MarkDeps, renewMark } from './target-mark.ts'
import { type StoredObject, TargetError } from './targets/target.ts'

/** What publishing works with. */
export interface PublishDeps extends MarkDeps {
  readonly store: MarkDeps['store'] &
    Pick<PublicationStore, 'findPublication' | 'savePublication' | 'findNewestChange'>
  readonly clock: Clock
  readonly readIssuer: ReadIssuer
  /** How long verifiers may keep a document. `cacheControl` says the same. */
  readonly maxAgeSeconds: number
  readonly stopping: AbortSignal
}

/** What publishing an issuer has done. */
export interface PublishResult {
  readonly publication: Publication
  /** Whether keys are visible that were not before, or are no more. */
  readonly isNews: boolean
  /** How many objects were written. */
  readonly writes: number
}

/** More often than others can write while one round lasts. */
const MAX_ATTEMPTS = 5
/** An entry that says the same as before is written anew when it is older than this. */
const RECORD_MS = 600_000

/**
 * The documents, each with its name in an issuer. A discovery document names the JWKS, so the JWKS must
 * be there before it.
 */
const DOCUMENTS = [
  { path: JWKS_PATH, name: 'jwks' },
  { path: DISCOVERY_PATH, name: 'discovery' },
] as const

/**
 * Makes what a target has of an issuer equal to what the store has, and looks at it through the public
 * URL. Only what is seen there, byte by byte, counts as visible. Several processes may do this at once.
 *
 * @returns null when the account has no issuer
 * @throws TargetError when the target can't be read or written; StoreFailure
 */
export async function publishIssuer(
  deps: PublishDeps,
  publishTarget: PublishTarget,
  accountId: AccountId,
): Promise<PublishResult | null> {
  const round = new Round(deps, publishTarget, accountId)
  let issuer: PublishedIssuer | null = null
  const written = []
  for (const { path, name } of DOCUMENTS) {
    const current = await round.makeCurrent(path, name)
    if (current === null) return null
    // The keys that are visible are those of the JWKS, whatever has changed since.
    issuer ??= current.issuer
    written.push({ path, bytes: current.bytes, problem: current.problem })
    if (current.problem !== null) break
  }
  if (issuer === null) return null
  const base = publishTarget.formatPublicUrl(issuer.issuerId)
  const { maxAgeSeconds, stopping } = deps
  const problems: string[] = []
  let shown: readonly string[] | null = null
  for (const { path, bytes, problem } of written) {
    const url = `${base}${path}`
    const found = await readPublic(url, stopping)
    const seen = findDocumentProblem(url, found, { bytes, maxAgeSeconds })
    problems.push(...[problem, seen].filter(each => each !== null))
    if (path === JWKS_PATH && found.bytes !== null) shown = listThumbprints(found.bytes) ?? []
  }
  const recorded = await record(deps, publishTarget, issuer, {
    problem: problems[0] ?? null,
    shown,
  })
  return { ...recorded, writes: round.writes }
}

/** One attempt to bring an issuer's documents up to date. */
class Round {
  readonly #deps: PublishDeps
  readonly #publishTarget: PublishTarget
  readonly #accountId: AccountId
  #hasRenewedMark = false
  writes = 0

  constructor(deps: PublishDeps, publishTarget: PublishTarget, accountId: AccountId) {
    this.#deps = deps
    this.#publishTarget = publishTarget
    this.#accountId = accountId
  }

  /** Null when the account has no issuer. */
  async makeCurrent(path: string, name: 'jwks' | 'discovery') {
    const { store, readIssuer, cacheControl } = this.#deps
    const { target, issuerName } = this.#publishTarget
    let issuer = await readIssuer(this.#accountId, issuerName)
    if (issuer === null) return null
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const place = `${issuer.issuerId}${path}`
      // The object is read first and the store afterwards. So whatever was published before this round
      // is not newer than what the store has now.
      const present = await target.read(place)
      const counter = await store.findNewestChange()
      issuer = await readIssuer(this.#accountId, issuerName)
      if (issuer === null) return null
      const found = readStampedDocument(present?.bytes ?? new Uint8Array())
      const { epoch = 0 } = (await store.findPublishingTarget(target.name)) ?? {}
      if (present !== null && found.stamp && isLaterStamp(found.stamp, { epoch, counter })) {
        if ((await findMarkState(this.#deps, target)) === 'diverged') throw createTakenError(target)
        // Others go on: one object that somebody has put there must not keep their keys from ending.
        const problem = `${place} at ${target.name} has a later \`credence_version\` than this store, although nobody else has published there: remove it there`
        return { issuer, bytes: present.bytes, problem }
      }
      const json = issuer[name]
      if (present !== null && found.json === json && this.#hasHeaders(present)) {
        return { issuer, bytes: present.bytes, problem: null }
      }
      const bytes = stampDocument(json, { epoch: await this.#renewMark(epoch), counter })
      const object = { bytes, contentType: 'application/json', cacheControl }
      const condition =
        present === null
          ? ({ kind: 'absent' } as const)
          : ({ kind: 'matches', tag: present.tag } as const)
      const outcome = await target.write(place, object, condition)
      if (outcome === 'changed') continue
      this.writes += 1
      return { issuer, bytes, problem: null }
    }
    throw new TargetError('unreachable', `others write at ${target.name} all the time`)
  }

  /** Once in a round is enough: the round publishes one state of the store. */
  async #renewMark(epoch: number): Promise<number> {
    if (this.#hasRenewedMark) return epoch
    const renewed = await renewMark(this.#deps, this.#publishTarget.target)
    this.#hasRenewedMark = true
    return renewed
  }

  #hasHeaders({ contentType, cacheControl }: StoredObject): boolean {
    return (
      (contentType === null || contentType.startsWith('application/json')) &&
      (cacheControl === null || cacheControl === this.#deps.cacheControl)
    )
  }
}

/**
 * @param shown thumbprints of the keys that verifiers get at the public URL; null when nothing could be
 * read there, which no cache keeps. A key that they did not get counts as new when it is back
 */
async function record(
  { store, clock }: PublishDeps,
  { target, formatPublicUrl }: PublishTarget,
  issuer: PublishedIssuer,
  { problem, shown }: { readonly problem: string | null; readonly shown: readonly string[] | null },
): Promise<Pick<PublishResult, 'publication' | 'isNews'>> {
  const { issuerId, thumbprints } = issuer
  const publicUrl = formatPublicUrl(issuerId)
  const known = await store.findPublication(target.name, issuerId)
  const before = known === null || isSeenAt(known, publicUrl) ? known : forget(known)
  const nowMs = clock.nowMs()
  const common = { target: target.name, issuerId, checkedAtMs: nowMs }
  const publication: Publication =
    problem === null
      ? {
          ...common,
          digest: digestIssuer(issuer, publicUrl),
          visibleSinceMs: Object.fromEntries(
            thumbprints.map(each => [each, before?.visibleSinceMs[each] ?? nowMs]),
          ),
          failingSinceMs: null,
          failure: null,
        }
      : {
          ...common,
          digest: before?.digest ?? null,
          visibleSinceMs: keepShown(before?.visibleSinceMs ?? {}, shown),
          failingSinceMs: before?.failingSinceMs ?? nowMs,
          failure: problem,
        }
  const isRecent = known !== null && nowMs - known.checkedAtMs < RECORD_MS
  if (isRecent && isDeepStrictEqual({ ...known, checkedAtMs: nowMs }, publication)) {
    return { publication, isNews: false }
  }
  await store.savePublication(publication)
  const { visibleSinceMs = null, failure = null } = known ?? {}
  const isSame = failure === publication.failure
  const isNews = !isSame || !isDeepStrictEqual(visibleSinceMs, publication.visibleSinceMs)
  return { publication, isNews }
}

/** What was seen at another URL says nothing of the one that is configured now. */
function forget(publication: Publication): Publication {
  return { ...publication, digest: null, visibleSinceMs: {} }
}

function keepShown(
  visibleSinceMs: Publication['visibleSinceMs'],
  shown: readonly string[] | null,
): Publication['visibleSinceMs'] {
  if (shown === null) return visibleSinceMs
  const kept = Object.entries(visibleSinceMs).filter(([thumbprint]) => shown.includes(thumbprint))
  return Object.fromEntries(kept)
}
