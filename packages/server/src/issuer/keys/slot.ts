import { type IssuerKey, SPREAD_MODULUS } from '../../store/key-ports.ts'

/** What the time has to say about a key. */
export type KeyFacts = Pick<
  IssuerKey,
  'generation' | 'state' | 'visibleAtMs' | 'activatedAtMs' | 'endedAtMs'
>

/** How long keys do what they do. */
export interface KeyRules {
  /** Age at which a key that signs is followed at the latest; 0: never. */
  readonly rotateEveryMs: number
  /** How long a key is visible to verifiers before it signs. */
  readonly publishBeforeMs: number
  /** How long a key is published after it has signed its last token. */
  readonly keepAfterMs: number
}

/** What can be done next in a slot: to a key, or, for `intend`, to the place of a new one. */
export interface KeyStep {
  readonly kind: 'intend' | 'make' | 'see' | 'activate' | 'retire'
  readonly generation: number
}

/** A step, and the instant from which it may be taken; in the past when it is due. */
export interface PlannedStep extends KeyStep {
  readonly dueAtMs: number
}

/** Accounts that began together do not rotate together: up to a tenth of the time, some are earlier. */
const SPREAD_SHARE = 10

/** How much earlier each account is than the one before it, in milliseconds. */
export function findSpreadStepMs({ rotateEveryMs }: KeyRules): number {
  return Math.floor(rotateEveryMs / SPREAD_SHARE / SPREAD_MODULUS)
}

/** How much earlier than its age demands a key of this account is followed. */
export function findEarlinessMs(accountId: string, rules: KeyRules): number {
  return (Number(accountId) % SPREAD_MODULUS) * findSpreadStepMs(rules)
}

/**
 * All that lies ahead of the keys of one slot as they are now, the most urgent kind first. A key that
 * signs has no step of its own: it ends when its follower begins.
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

/** The step to take now; null when there is none. */
export function findNextStep(
  keys: readonly KeyFacts[],
  rules: KeyRules,
  earlinessMs: number,
  nowMs: number,
): KeyStep | null {
  const step = planSteps(keys, rules, earlinessMs).find(({ dueAtMs }) => dueAtMs <= nowMs)
  return step === undefined ? null : { kind: step.kind, generation: step.generation }
}

/**
 * From when on a prepared key may sign without any token being refused: null while it has not been seen
 * wherever verifiers look. With nobody signing it may at once: nothing is cached that it could follow.
 */
export function findEarliestActivationMs(
  active: KeyFacts | undefined,
  { visibleAtMs }: KeyFacts,
  { publishBeforeMs }: KeyRules,
): number | null {
  if (visibleAtMs === null) return null
  return active === undefined ? visibleAtMs : visibleAtMs + publishBeforeMs
}

/** The generation that nobody has had. */
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
