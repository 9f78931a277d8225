import type { Clock } from '../runtime/clock.ts'
import type { MasterKey } from './master-key.ts'

/** What the master keys of a process are good for at present. */
export interface KeyringUse {
  /** What is new is sealed under this one. */
  readonly current: MasterKey
  /** Others that values in the store may be sealed under. */
  readonly stored: readonly MasterKey[]
  /**
   * Others that values in the hands of callers may be sealed under: session tokens, and the texts of
   * refusals. Each is good until an instant.
   */
  readonly issued: readonly { readonly masterKey: MasterKey; readonly untilMs: number }[]
}

/**
 * The master keys of a process: one, and two while one follows the other. Which is good for what can
 * change while the process runs.
 */
export class MasterKeyring {
  readonly #clock: Clock
  #use: KeyringUse

  constructor(current: MasterKey, clock: Clock) {
    this.#clock = clock
    this.#use = { current, stored: [], issued: [] }
  }

  /** The master key that seals. */
  get current(): MasterKey {
    return this.#use.current
  }

  /** From now on the keys are good for this. Keys that are not named any more are dropped. */
  use(use: KeyringUse): void {
    this.#use = use
  }

  /** The master key of an id, for a value in the store; null when the key is not to be had. */
  findForStored(id: string): MasterKey | null {
    const { current, stored } = this.#use
    return [current, ...stored].find(key => key.id === id) ?? null
  }

  /** The master keys that a value in the hands of a caller may be sealed under now, current first. */
  listForIssued(): readonly MasterKey[] {
    this.#dropEnded()
    const { current, issued } = this.#use
    return [current, ...issued.map(({ masterKey }) => masterKey)]
  }

  /** The ids of all keys that open anything now. */
  listIds(): readonly string[] {
    const { stored } = this.#use
    return [...new Set([...this.listForIssued(), ...stored].map(({ id }) => id))]
  }

  #dropEnded(): void {
    const { issued } = this.#use
    const nowMs = this.#clock.nowMs()
    const good = issued.filter(({ untilMs }) => nowMs < untilMs)
    // What is over is gone: it does not come back when the clock is set back.
    if (good.length < issued.length) this.#use = { ...this.#use, issued: good }
  }
}
