import type { AccountId } from '../principals/identifiers.ts'
import type { PublicationStore } from '../store/publication-ports.ts'
import { findWaitMs } from './backoff.ts'
import { type PublishDeps, publishIssuer } from './publish-issuer.ts'
import type { PublishTarget } from './publish-target.ts'

/** Called with what publishing does. None of the functions may throw. */
export interface PublishReport {
  /** Objects were written, and how many. */
  readonly written: (target: string, count: number) => void
  /** The documents of an account's issuer were seen as they are in the store, for the first time. */
  readonly visible: (target: string, accountId: AccountId) => void
  /** The target, or an issuer there, begins to fail, or fails for another reason. */
  readonly failed: (target: string, accountId: AccountId | null, failure: string) => void
  /** The target works again. */
  readonly recovered: (target: string) => void
}

/** What the publisher of one target works with. */
export interface TargetPublisherDeps extends Omit<PublishDeps, 'store'> {
  readonly store: PublishDeps['store'] &
    Pick<PublicationStore, 'findPublishingTarget' | 'saveTargetHealth'>
  /** Milliseconds by a clock that nobody sets. */
  readonly elapsedMs: () => number
  /** Makes the store the one that publishes there; called until it has succeeded once. @throws TargetError */
  readonly begin: (target: PublishTarget) => Promise<void>
  readonly report: PublishReport
}

/** How many issuers are published at one time. */
const CONCURRENCY = 4

interface Failing {
  readonly failures: number
  readonly againMs: number
  readonly failure: string
}

/**
 * Publishes issuers at one target, one attempt after the other until each has succeeded. A target that
 * does not answer is left alone for a while; an issuer that is not seen as it was written is looked at
 * again by itself.
 */
export class TargetPublisher {
  readonly publishTarget: PublishTarget
  readonly #deps: TargetPublisherDeps
  readonly #wanted = new Set<AccountId>()
  readonly #failing = new Map<AccountId, Failing>()
  #target: Failing | null = null
  #failingSinceMs: number | null = null
  #hasBegun = false
  #isHealthKnown = false
  #underWay: Promise<void> | null = null

  constructor(publishTarget: PublishTarget, deps: TargetPublisherDeps) {
    this.publishTarget = publishTarget
    this.#deps = deps
  }

  /** How many issuers wait, how many of them are not seen as written, and since when the target fails. */
  get status() {
    const failing = this.#failing.size
    return {
      waiting: this.#wanted.size + failing,
      failing,
      failingSinceMs: this.#target === null ? null : this.#failingSinceMs,
    }
  }

  /** Accounts may have something new to publish. */
  note(accountIds: Iterable<AccountId>): void {
    for (const each of accountIds) {
      this.#failing.delete(each)
      this.#wanted.add(each)
    }
  }

  /** Whether nothing waits, so that there is time to look at what was published before. */
  get isIdle(): boolean {
    return this.#wanted.size === 0 && this.#target === null && this.#underWay === null
  }

  /** Publishes what waits, unless the target is to be left alone for now. Never rejects. */
  tick(): Promise<void> {
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = null
    })
    return this.#underWay
  }

  async #run(): Promise<void> {
    const { elapsedMs, stopping } = this.#deps
    const nowMs = elapsedMs()
    for (const [accountId, { againMs }] of this.#failing) {
      if (againMs <= nowMs) this.#wanted.add(accountId)
    }
    if ((this.#target?.againMs ?? 0) > nowMs) return
    try {
      if (!this.#hasBegun) {
        await this.#deps.begin(this.publishTarget)
        this.#hasBegun = true
      }
      if (!this.#isHealthKnown) await this.#noteHealth()
      while (this.#wanted.size > 0 && !stopping.aborted) {
        const batch = [...this.#wanted].slice(0, CONCURRENCY)
        for (const each of batch) this.#wanted.delete(each)
        await this.#publishAll(batch)
        await this.#recover()
      }
    } catch (error) {
      if (stopping.aborted) return
      await this.#fail(error)
    }
  }

  /** @throws the first error, after all attempts have ended; accounts that have failed wait again */
  async #publishAll(batch: readonly AccountId[]): Promise<void> {
    const results = await Promise.allSettled(batch.map(each => this.#publish(each)))
    const failed = results.flatMap((result, index) => {
      const accountId = batch[index]
      return result.status === 'rejected' && accountId !== undefined
        ? [{ accountId, reason: result.reason as unknown }]
        : []
    })
    for (const { accountId } of failed) this.#wanted.add(accountId)
    if (failed[0] !== undefined) throw failed[0].reason
  }

  async #publish(accountId: AccountId): Promise<void> {
    const { report, random, elapsedMs } = this.#deps
    const { name } = this.publishTarget.target
    const result = await publishIssuer(this.#deps, this.publishTarget, accountId)
    if (result === null) {
      this.#failing.delete(accountId)
      return
    }
    const { publication, isNews, writes } = result
    if (writes > 0) report.written(name, writes)
    const { failure } = publication
    if (failure === null) {
      this.#failing.delete(accountId)
      if (isNews) report.visible(name, accountId)
      return
    }
    const before = this.#failing.get(accountId)
    const failures = (before?.failures ?? 0) + 1
    const againMs = elapsedMs() + findWaitMs(failures, random)
    this.#failing.set(accountId, { failures, againMs, failure })
    if (before?.failure !== failure) report.failed(name, accountId, failure)
  }

  async #recover(): Promise<void> {
    if (this.#target === null) return
    this.#target = null
    this.#deps.report.recovered(this.publishTarget.target.name)
    await this.#noteHealth()
  }

  async #fail(error: unknown): Promise<void> {
    const { report, random, elapsedMs, clock } = this.#deps
    const { name } = this.publishTarget.target
    const failure = error instanceof Error ? error.message : String(error)
    const before = this.#target
    if (before === null) this.#failingSinceMs = clock.nowMs()
    const failures = (before?.failures ?? 0) + 1
    this.#target = { failures, againMs: elapsedMs() + findWaitMs(failures, random), failure }
    if (before?.failure === failure) return
    report.failed(name, null, failure)
    // The store itself may be what fails.
    await this.#noteHealth().catch(() => {
      this.#isHealthKnown = false
    })
  }

  /** Other processes read in the store how the target is. */
  async #noteHealth(): Promise<void> {
    const { store, clock } = this.#deps
    const { name } = this.publishTarget.target
    const known = await store.findPublishingTarget(name)
    const failure = this.#target?.failure ?? null
    const failingSinceMs = failure === null ? null : (known?.failingSinceMs ?? clock.nowMs())
    await store.saveTargetHealth(name, { failingSinceMs, failure })
    this.#isHealthKnown = true
  }
}
