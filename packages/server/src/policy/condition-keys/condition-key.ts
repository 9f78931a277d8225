/** Whether the requests that come here have a condition key: each, some of them, or none. */
export type KeyPresence = 'always' | 'sometimes' | 'never'

/** A condition key that AWS documents. */
export interface ConditionKey {
  /** As AWS writes it; `…` at the end stands for any name. */
  readonly name: string
  readonly presence: KeyPresence
  /** The key always holds a set (AWS service authorization reference: ArrayOfString). */
  readonly isMultivalued: boolean
  /**
   * The sender of the request chooses what is in the set, so it may add values to the one that a
   * policy looks for.
   */
  readonly isSendersChoice: boolean
  /** When the key is there and what it says, or why it never is there. No full stop. */
  readonly note: string
}

/** Keys that belong together in the documentation. */
export interface ConditionKeyGroup {
  readonly title: string
  readonly keys: readonly ConditionKey[]
}

/** A key of every request. */
export function always(name: string, note: string): ConditionKey {
  return { name, presence: 'always', isMultivalued: false, isSendersChoice: false, note }
}

/** A key of some requests. */
export function sometimes(name: string, note: string): ConditionKey {
  return { name, presence: 'sometimes', isMultivalued: false, isSendersChoice: false, note }
}

/** A key of no request. */
export function never(name: string, note: string): ConditionKey {
  return { name, presence: 'never', isMultivalued: false, isSendersChoice: false, note }
}

/** The key as one that holds a set of values, of which none is the sender's choice. */
export function ofSet(key: ConditionKey): ConditionKey {
  return { ...key, isMultivalued: true }
}

/** The key as one that holds a set of values that the sender of the request chooses. */
export function ofChosenSet(key: ConditionKey): ConditionKey {
  return { ...key, isMultivalued: true, isSendersChoice: true }
}
