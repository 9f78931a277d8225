import { setTimeout } from 'node:timers/promises'
import type { AccountId } from '../principals/identifiers.ts'
import type { Store } from '../store/ports.ts'
import type { PublicationStore } from '../store/publication-ports.ts'
import { ANY_TOPIC, findFederationAccount } from '../store/topics.ts'
import { digestIssuer } from './digest-issuer.ts'
import type { PublishTarget } from './publish-target.ts'
import { TargetPublisher, type TargetPublisherDeps } from './target-publisher.ts'

/** What publishing at all targets works with. */
export interface PublisherDeps extends Omit<TargetPublisherDeps, 'store'> {
  readonly store: TargetPublisherDeps['store'] &
    Pick<PublicationStore, 'findPublication'> &
    Pick<Store, 'listAccounts'>
}

/** Keeps what all targets have equal to what the store has. */
export interface Publisher {
  /** What waits and what fails, for each target. */
  readonly status: () => readonly (TargetPublisher['status'] & { readonly target: string })[]
  /** The topics of what has changed in the store: of issuers that are among them, the documents are published. */
  note(topics: readonly string[]): void
  /** Publishes what waits, and looks again at what was published before when it is time. Never rejects. */
  tick(): Promise<void>
  /** Begins nothing more. Resolves when what is under way has ended; `stopping` makes that soon. */
  stop(): Promise<void>
}

/** Every issuer is looked at this often, */
const HEAL_EVERY_MS = 300_000
/** but no more than so many of them in a second: with very many issuers, a round takes longer. */
const HEAL_STEP_MS = 200
const PAGE = 100
/** Between two issuers that are compared with the store: requests go first. */
const REST_MS = 1

/** Makes the publisher of some targets. It does nothing until it is ticked. */
export function createPublisher(targets: readonly PublishTarget[], deps: PublisherDeps): Publisher {
  const { store, elapsedMs, stopping } = deps
  const publishers = targets.map(each => new TargetPublisher(each, deps))
  let catchingUp: Promise<void> | null = null
  let mustCatchUp = true
  let healer: AsyncGenerator<AccountId> | null = null
  let roundBeganMs = Number.NEGATIVE_INFINITY
  let healAgainMs = Number.NEGATIVE_INFINITY
  let healing: Promise<void> | null = null

  async function* listAccountIds(): AsyncGenerator<AccountId> {
    let marker: string | null = null
    do {
      const page: Awaited<ReturnType<Store['listAccounts']>> = await store.listAccounts({
        marker,
        maxItems: PAGE,
      })
      for (const { id } of page.items) yield id
      marker = page.nextMarker
    } while (marker !== null)
  }

  /** Finds what has changed while nobody looked, by the store alone. */
  async function catchUp(): Promise<void> {
    mustCatchUp = false
    try {
      for await (const accountId of listAccountIds()) {
        if (stopping.aborted) return
        for (const each of publishers) {
          if (await mustPublish(each.publishTarget, accountId)) each.note([accountId])
        }
        await setTimeout(REST_MS)
      }
    } catch {
      // The store fails, and everybody else says so. It is done once more.
      mustCatchUp = true
    }
  }

  async function mustPublish(
    { target, issuerName, formatPublicUrl }: PublishTarget,
    accountId: AccountId,
  ): Promise<boolean> {
    const issuer = await deps.readIssuer(accountId, issuerName)
    if (issuer === null) return false
    const known = await store.findPublication(target.name, issuer.issuerId)
    const digest = digestIssuer(issuer, formatPublicUrl(issuer.issuerId))
    return known === null || known.failure !== null || known.digest !== digest
  }

  async function heal(): Promise<void> {
    try {
      if (healer === null) {
        if (elapsedMs() - roundBeganMs < HEAL_EVERY_MS) return
        roundBeganMs = elapsedMs()
        healer = listAccountIds()
      }
      const { value, done } = await healer.next()
      if (done === true) healer = null
      else for (const each of publishers) if (each.isIdle) each.note([value])
    } catch {
      healer = null
    }
  }

  return {
    status: () =>
      publishers.map(each => ({ target: each.publishTarget.target.name, ...each.status })),

    note(topics) {
      if (topics.includes(ANY_TOPIC)) mustCatchUp = true
      const accountIds = topics.flatMap(topic => findFederationAccount(topic) ?? [])
      for (const each of publishers) each.note(accountIds)
    },

    async tick() {
      if (stopping.aborted || publishers.length === 0) return
      if (mustCatchUp) {
        catchingUp ??= catchUp().finally(() => {
          catchingUp = null
        })
        await catchingUp
      } else if (elapsedMs() >= healAgainMs) {
        healAgainMs = elapsedMs() + HEAL_STEP_MS
        healing ??= heal().finally(() => {
          healing = null
        })
        await healing
      }
      await Promise.all(publishers.map(each => each.tick()))
    },

    async stop() {
      await Promise.all([catchingUp, healing, ...publishers.map(each => each.tick())])
    },
  }
}
