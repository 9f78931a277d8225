import { type IssuerKey, SPREAD_MODULUS } from '../../store/key-ports.ts'

/** The parts of a key that decide when its steps are due. */
export type KeyFacts = Pick<
  IssuerKey,
  'generation' | 'state' | 'visibleAtMs' | 'activatedAtMs' | 'endedAtMs'
>

/** How long each part of a key's life takes. */
export interface KeyRules {
  /** The age at which another key takes over from the signing key at the latest. 0 means never. */
  readonly rotateEveryMs: number
  /** How long a key is visible to verifiers before it signs. */
  readonly publishBeforeMs: number
  /** How long a key is published after it has signed its last token. */
  readonly keepAfterMs: number
}

/**
 * What can be done next in a slot: a step of one of its keys. `intend` is the step of a new key, for
 * which there is only a place.
 */
export interface KeyStep {
  readonly kind: 'intend' | 'make' | 'see' | 'activate' | 'retire'
  readonly generation: number
}

/**
 * A step, and the instant from which it may be taken. An instant in the past means that the step is
 * due.
 */
export interface PlannedStep extends KeyStep {
  readonly dueAtMs: number
}

/**
 * Accounts that began together do not rotate together: each is earlier by a share of its own, up to a
 * tenth of the time.
 */
const SPREAD_SHARE = 10

/** How much earlier each account is than the one before it, in milliseconds. */
export function findSpreadStepMs({ rotateEveryMs }: KeyRules): number {
  return Math.floor(rotateEveryMs / SPREAD_SHARE / SPREAD_MODULUS)
}

/** By how much a key of this account is followed before it reaches the age for it. */
export function findEarlinessMs(accountId: string, rules: KeyRules): number {
  return (Number(accountId) % SPREAD_MODULUS) * findSpreadStepMs(rules)
}

/**
 * All steps that lie ahead of the present keys of one slot, the most urgent kind first. A key that
 * signs has no step of its own, because it stops when its follower begins to sign.
 *
 * @param keys the keys of one account and algorithm
 * @param earlinessMs of the account: {@link findEarlinessMs}
 */
export function planSteps(
  keys: readonly KeyFacts[],
  rules: KeyRules,
  earlinessMs: number,
): readonly PlannedStep[] {
  const active = keys.find(({ state }) => state === 'active')
  const follower = keys.find(({ state }) => state === 'prepared')
  const intended = keys.find(({ state }) => state === 'intended')
  const steps: PlannedStep[] = []
  if (follower !== undefined) {
    const dueAtMs = findActivation(active, follower, rules, earlinessMs)
    if (dueAtMs !== null) steps.push({ kind: 'activate', ...placeOf(follower), dueAtMs })
  }
  for (const key of keys) {
    if (key.state !== 'retiring') continue
    steps.push({
      kind: 'retire',
      ...placeOf(key),
      dueAtMs: (key.endedAtMs ?? 0) + rules.keepAfterMs,
    })
  }
  if (follower !== undefined && follower.visibleAtMs === null) {
    steps.push({ kind: 'see', ...placeOf(follower), dueAtMs: 0 })
  }
  if (follower === undefined && intended !== undefined) {
    steps.push({ kind: 'make', ...placeOf(intended), dueAtMs: 0 })
  }
  if (follower === undefined && intended === undefined && keys.length > 0) {
    steps.push({ kind: 'intend', generation: findNextGeneration(keys), dueAtMs: 0 })
  }
  return steps
}

/** The steps that may be taken now, the most urgent one first. */
export function findDueSteps(
  keys: readonly KeyFacts[],
  rules: KeyRules,
  earlinessMs: number,
  nowMs: number,
): readonly KeyStep[] {
  return planSteps(keys, rules, earlinessMs)
    .filter(({ dueAtMs }) => dueAtMs <= nowMs)
    .map(({ kind, generation }) => ({ kind, generation }))
}

/**
 * The instant from which a prepared key may sign without any of its tokens being refused. Null while
 * the key can't be seen wherever verifiers look. When no key signs, it may sign as soon as it is
 * visible, because no cache has a key before it.
 */
export function findEarliestActivationMs(
  active: KeyFacts | undefined,
  { visibleAtMs }: KeyFacts,
  { publishBeforeMs }: KeyRules,
): number | null {
  if (visibleAtMs === null) return null
  return active === undefined ? visibleAtMs : visibleAtMs + publishBeforeMs
}

/** The first generation that no key has had. */
export function findNextGeneration(keys: readonly Pick<KeyFacts, 'generation'>[]): number {
  return Math.max(-1, ...keys.map(({ generation }) => generation)) + 1
}

function findActivation(
  active: KeyFacts | undefined,
  follower: KeyFacts,
  rules: KeyRules,
  earlinessMs: number,
): number | null {
  const earliestMs = findEarliestActivationMs(active, follower, rules)
  if (earliestMs === null || active === undefined) return earliestMs
  if (rules.rotateEveryMs === 0) return null
  return Math.max(earliestMs, (active.activatedAtMs ?? 0) + rules.rotateEveryMs - earlinessMs)
}

function placeOf({ generation }: KeyFacts): Pick<KeyStep, 'generation'> {
  return { generation }
}
