import type { MetaStore } from '../store/ports.ts'
import type { Binder } from './binder.ts'
import { MasterKeyError } from './master-key.ts'

/**
 * How far an installation has come in going over from one master key to another. `opening`: every
 * process must be able to open the new one, and nothing is sealed under it yet. `sealing`: what is new
 * is sealed under the new one, and what is there is sealed anew. `sealed`: nothing in the store needs
 * the former one.
 */
export type KeyChangePhase = 'opening' | 'sealing' | 'sealed'

/** The change from one master key to another, as the store has it. */
export interface KeyChange {
  /** Ids of the two master keys. */
  readonly from: string
  readonly to: string
  readonly phase: KeyChangePhase
  readonly begunAtMs: number
  /** The instant since which nothing is sealed under the former key; null while something is. */
  readonly sealedAtMs: number | null
  /** Until when sessions that were sealed under the former key go on; null while more are sealed. */
  readonly sessionsUntilMs: number | null
}

/** A change as it was found, with the text that a compare-and-swap needs. */
export interface FoundKeyChange {
  readonly change: KeyChange
  readonly text: string
}

/** The name of the fact. */
export const KEY_CHANGE_FACT = 'master-key-change'

const CONTEXT = { purpose: 'master-key-change', recordId: KEY_CHANGE_FACT } as const
const PHASES: readonly unknown[] = ['opening', 'sealing', 'sealed']

/**
 * The change as it stands in the store. The new master key vouches for it, so that somebody who can
 * write to the store, and knows the former key, can't make it last longer.
 */
export function formatKeyChange(change: KeyChange, binder: Binder): string {
  const proof = Buffer.from(binder.bind(CONTEXT, encode(change))).toString('base64')
  return JSON.stringify({ ...change, proof })
}

/** The change that stands in the store; null when there was none. @throws MasterKeyError when it is none */
export async function findKeyChange(
  store: Pick<MetaStore, 'findMeta'>,
): Promise<FoundKeyChange | null> {
  const text = await store.findMeta(KEY_CHANGE_FACT)
  return text === null ? null : { change: parse(text), text }
}

/** @throws MasterKeyError when the new master key does not vouch for the change */
export function requireOwnChange({ change, text }: FoundKeyChange, binder: Binder): void {
  const { proof } = JSON.parse(text)
  if (binder.isBound(CONTEXT, encode(change), Buffer.from(String(proof), 'base64'))) return
  throw createChangedError()
}

function encode({ from, to, phase, begunAtMs, sealedAtMs, sessionsUntilMs }: KeyChange): Buffer {
  return Buffer.from(JSON.stringify([from, to, phase, begunAtMs, sealedAtMs, sessionsUntilMs]))
}

function parse(text: string): KeyChange {
  let value: Partial<Record<keyof KeyChange, unknown>> | null
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw createChangedError(cause)
  }
  const { from, to, phase, begunAtMs, sealedAtMs, sessionsUntilMs } = value ?? {}
  const isChange =
    [from, to].every(id => typeof id === 'string' && /^[0-9a-f]{16}$/.test(id)) &&
    PHASES.includes(phase) &&
    typeof begunAtMs === 'number' &&
    [sealedAtMs, sessionsUntilMs].every(each => each === null || typeof each === 'number')
  if (!isChange) throw createChangedError()
  return { from, to, phase, begunAtMs, sealedAtMs, sessionsUntilMs } as KeyChange
}

function createChangedError(cause?: unknown): MasterKeyError {
  return new MasterKeyError(
    'what the store says of the change of its master key was not written by Credence',
    { cause },
  )
}
