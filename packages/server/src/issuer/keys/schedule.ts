import { type KeyFacts, type KeyRules, type PlannedStep, planSteps } from './slot.ts'

const NOTHING_YET = { visibleAtMs: null, activatedAtMs: null, endedAtMs: null } as const

/**
 * What will happen to the keys of one slot until an instant, including keys that are not made yet. It
 * assumes that nobody does anything by hand and that each step is taken when it is due.
 */
export function findSchedule(
  keys: readonly KeyFacts[],
  rules: KeyRules,
  earlinessMs: number,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): readonly PlannedStep[] {
  const schedule: PlannedStep[] = []
  let current = keys
  let nowMs = fromMs
  for (;;) {
    const [next] = planSteps(current, rules, earlinessMs).toSorted((a, b) => a.dueAtMs - b.dueAtMs)
    if (next === undefined) return schedule
    nowMs = Math.max(nowMs, next.dueAtMs)
    if (nowMs > untilMs) return schedule
    schedule.push({ ...next, dueAtMs: nowMs })
    current = takeStep(current, next, nowMs)
  }
}

/** The keys as they are after the step. It follows `changes/signing-keys.ts`, but on facts alone. */
function takeStep(
  keys: readonly KeyFacts[],
  { kind, generation }: PlannedStep,
  nowMs: number,
): readonly KeyFacts[] {
  const isOf = (key: KeyFacts): boolean => key.generation === generation
  switch (kind) {
    case 'intend':
      return [...keys, { ...NOTHING_YET, generation, state: 'intended' }]
    case 'make':
      return keys.map(key => (isOf(key) ? { ...key, state: 'prepared' } : key))
    case 'see':
      return keys.map(key => (isOf(key) ? { ...key, visibleAtMs: nowMs } : key))
    case 'retire':
      return keys.filter(key => !isOf(key))
    case 'activate':
      return keys.map(key => {
        if (isOf(key)) return { ...key, state: 'active', activatedAtMs: nowMs }
        return key.state === 'active' ? { ...key, state: 'retiring', endedAtMs: nowMs } : key
      })
  }
}
