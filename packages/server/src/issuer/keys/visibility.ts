import type { IssuerKey } from '../../store/ports.ts'

/** Knows the places, besides this server, where verifiers read keys. */
export interface KeyVisibility {
  /**
   * Since when a prepared key is to be seen in every place that must have it before it signs; null while
   * one of them has not. May look at the places, and take its time. What it throws is a failed step,
   * which is tried again.
   */
  findVisibleAtMs(key: IssuerKey, nowMs: number): Promise<number | null>
}

/** Verifiers read what this server answers, and it answers with what the store has. */
export const OWN_DOCUMENTS: KeyVisibility = {
  findVisibleAtMs: async (_key, nowMs) => nowMs,
}
