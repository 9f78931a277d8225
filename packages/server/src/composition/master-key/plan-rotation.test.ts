import { expect, it } from 'vitest'
import type { KeyChange } from '../../secrets/key-change.ts'
import { createMasterKey } from '../../secrets/master-key.ts'
import { type PlanInput, planRotation } from './plan-rotation.ts'

const createKey = (byte: number) => createMasterKey(new Uint8Array(32).fill(byte), 'a test')
const [a, b, c] = [createKey(1), createKey(2), createKey(3)] as const
const CHANGE: KeyChange = {
  from: a.id,
  to: b.id,
  phase: 'sealed',
  begunAtMs: 0,
  sealedAtMs: 0,
  sessionsUntilMs: 100,
}
const INPUT: PlanInput = {
  places: {
    main: { kind: 'file', path: 'master.key' },
    nextFile: 'master.key.next',
    previousFile: 'master.key.previous',
  },
  keys: { main: a, next: null, previous: null },
  change: null,
  bound: a,
  nowMs: 0,
}
const under = (phase: 'opening' | 'sealing', to = b.id) => ({ ...CHANGE, phase, to })

it.each<[what: string, Partial<PlanInput>, expected: object]>([
  ['a key is made', {}, { kind: 'rotate', from: a, to: null }],
  [
    'a key that is there is taken',
    { keys: { main: a, next: b, previous: null } },
    { kind: 'rotate', from: a, to: b },
  ],
  [
    'a run that was killed goes on',
    { change: under('sealing'), keys: { main: a, next: b, previous: null } },
    { kind: 'rotate', from: a, to: b },
  ],
  [
    'it goes on where the new key is the main one already',
    { change: under('sealing'), keys: { main: b, next: a, previous: null } },
    { kind: 'rotate', from: a, to: b },
  ],
  [
    'an announced key that is gone is replaced by the one that is there',
    { change: under('opening'), keys: { main: a, next: c, previous: null } },
    { kind: 'rotate', from: a, to: c },
  ],
  [
    'an announced key that is gone is made anew',
    { change: under('opening') },
    { kind: 'rotate', from: a, to: null },
  ],
  [
    'files are moved that were not',
    { change: CHANGE, bound: b, keys: { main: a, next: b, previous: a } },
    { kind: 'move-files', current: b, change: CHANGE },
  ],
  [
    'sessions go on',
    { change: CHANGE, bound: b, nowMs: 99, keys: { main: b, next: null, previous: a } },
    { kind: 'sessions', current: b, change: CHANGE },
  ],
  [
    'another change begins when they have ended',
    { change: CHANGE, bound: b, nowMs: 100, keys: { main: b, next: null, previous: null } },
    { kind: 'rotate', from: b, to: null },
  ],
])('%s', (_what, changes, expected) => {
  expect(planRotation({ ...INPUT, ...changes })).toEqual(expected)
})

it.each<[Partial<PlanInput>, RegExp]>([
  [
    { change: CHANGE, bound: b, nowMs: 100, keys: { main: b, next: null, previous: a } },
    /^master\.key\.previous holds master key [0-9a-f]{16}, which was followed before/,
  ],
  [
    { keys: { main: a, next: a, previous: null } },
    /^master\.key\.next holds the master key that the store has already/,
  ],
  [
    { change: CHANGE, bound: b, nowMs: 100, keys: { main: b, next: a, previous: null } },
    /^master\.key\.next holds master key [0-9a-f]{16}, which was followed: remove it/,
  ],
])('puts things in order first: %j', (changes, message) => {
  expect(() => planRotation({ ...INPUT, ...changes })).toThrow(message)
})
