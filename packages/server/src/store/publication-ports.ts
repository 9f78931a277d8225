/** What is known of a target, a place where the documents of all issuers are published. */
export interface PublishingTarget {
  /** As the configuration names it. */
  readonly name: string
  /**
   * Goes up when an installation takes over a target that was written to by another one, or by a later
   * state of its own. 0: nothing was published there yet.
   */
  readonly epoch: number
  /** The mark that was put there last, or is just being put there. */
  readonly mark: string
  /** The mark before it, which is there until the last one is. */
  readonly formerMark: string
}

/** Whether a target can be used. */
export interface TargetHealth {
  /** Since when nothing can be published there; null: something can. */
  readonly failingSinceMs: number | null
  /** Why, in words; null with `failingSinceMs`. */
  readonly failure: string | null
}

/** What is published of one issuer at one target. */
export interface Publication extends TargetHealth {
  readonly target: string
  readonly issuerId: string
  /** Stands for the documents that were seen at the public URL; null while none were. */
  readonly digest: string | null
  /** Since when each key can be seen there, by its thumbprint. */
  readonly visibleSinceMs: Readonly<Record<string, number>>
  /** When they were looked at last. */
  readonly checkedAtMs: number
}

/** The publications of one target, counted. */
export interface PublicationCount {
  readonly target: string
  /** Issuers whose documents were seen there. */
  readonly visible: number
  readonly failing: number
  readonly oldestFailingSinceMs: number | null
}

/**
 * What is known of publishing. Nobody caches it, so none of it is a change, and none of it takes part in
 * a turn of an account.
 */
export interface PublicationStore {
  findPublishingTarget(name: string): Promise<(PublishingTarget & TargetHealth) | null>
  /**
   * Epoch and marks of a target. Compare-and-swap of the last mark. @throws StoreError `conflict` when it
   * is another one by now
   * @param from the last mark until now; null when nothing is known of the target
   */
  savePublishingTarget(target: PublishingTarget, from: string | null): Promise<void>
  saveTargetHealth(name: string, health: TargetHealth): Promise<void>
  findPublication(target: string, issuerId: string): Promise<Publication | null>
  /** Of several at once the last one stands. */
  savePublication(publication: Publication): Promise<void>
  /** Those that fail, the one that has failed for the longest time first. */
  listFailingPublications(target: string, maxItems: number): Promise<readonly Publication[]>
  countPublications(): Promise<readonly PublicationCount[]>
  /**
   * The number of the newest change of the store. Of two readings the later never has the lower one,
   * unless the store was replaced by an older one.
   */
  findNewestChange(): Promise<number>
}
