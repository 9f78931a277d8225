import type { IssuerKey } from '../../store/ports.ts'

/** Knows the places where verifiers read keys, besides this server. */
export interface KeyVisibility {
  /**
   * Since when a prepared key can be seen in every place that must have it before it signs. Null while
   * one of the places does not have it. The function may look at the places and may take long. When it
   * throws, the step has failed and is tried again.
   */
  findVisibleAtMs(key: IssuerKey, nowMs: number): Promise<number | null>
  /**
   * Whether a key that was visible in all of these places is so now too, right before it signs: a place
   * may have lost it, or fail. It may take long.
   */
  isVisibleNow(key: IssuerKey): Promise<boolean>
}

/**
 * For verifiers that read this server alone. It answers with what the store has, so a key is visible at
 * once.
 */
export const OWN_DOCUMENTS: KeyVisibility = {
  findVisibleAtMs: async (_key, nowMs) => nowMs,
  isVisibleNow: async () => true,
}
