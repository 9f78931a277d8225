import { describe, expect, it } from 'vitest'
import { createBinder } from './binder.ts'
import { findKeyChange, formatKeyChange, type KeyChange, requireOwnChange } from './key-change.ts'
import { createMasterKey, MasterKeyError } from './master-key.ts'

const binderOf = (byte: number) =>
  createBinder(createMasterKey(new Uint8Array(32).fill(byte), 'a test'))
const CHANGE: KeyChange = {
  from: '0123456789abcdef',
  to: 'fedcba9876543210',
  phase: 'sealed',
  begunAtMs: 1,
  sealedAtMs: 2,
  sessionsUntilMs: 3,
}
const storeOf = (text: string | null) => ({
  findMeta: async (name: string) => (name === 'master-key-change' ? text : null),
})
const REFUSAL = new MasterKeyError(
  'what the store says of the change of its master key was not written by Credence',
)

describe('the change of a master key', () => {
  it.each([
    {},
    { phase: 'opening', sealedAtMs: null, sessionsUntilMs: null },
    { phase: 'sealing' },
  ] as const)('is read as it was written: %j', async changes => {
    const written = { ...CHANGE, ...changes }
    const text = formatKeyChange(written, binderOf(1))
    const found = await findKeyChange(storeOf(text))
    expect(found).toEqual({ change: written, text })
    if (found !== null) requireOwnChange(found, binderOf(1))
  })

  it('is none where there was none', async () => {
    expect(await findKeyChange(storeOf(null))).toBeNull()
  })

  it.each<Partial<KeyChange>>([
    { from: '1123456789abcdef' },
    { to: '1123456789abcdef' },
    { phase: 'sealing' },
    { begunAtMs: 4 },
    { sealedAtMs: 4 },
    { sessionsUntilMs: 4 },
    { sessionsUntilMs: null },
  ])('is refused when somebody has changed it: %j', async changed => {
    const text = formatKeyChange(CHANGE, binderOf(1))
    const found = await findKeyChange(storeOf(JSON.stringify({ ...JSON.parse(text), ...changed })))
    expect(() => found && requireOwnChange(found, binderOf(1))).toThrow(REFUSAL)
  })

  it('is refused when another key vouches for it, or none does', async () => {
    const text = formatKeyChange(CHANGE, binderOf(2))
    for (const each of [text, JSON.stringify(CHANGE)]) {
      const found = await findKeyChange(storeOf(each))
      expect(() => found && requireOwnChange(found, binderOf(1))).toThrow(REFUSAL)
    }
  })

  it.each([
    'no JSON',
    'null',
    '{}',
    ...[
      { from: 'x' },
      { from: 1234567890123456 },
      { to: '0123456789abcdeg' },
      { to: '0123456789abcdef0' },
      { phase: 'other' },
      { begunAtMs: null },
      { sealedAtMs: 'x' },
      { sessionsUntilMs: 'x' },
    ].map(changes => JSON.stringify({ ...CHANGE, ...changes })),
  ])('is refused when it is none: %s', async text => {
    await expect(findKeyChange(storeOf(text))).rejects.toThrow(REFUSAL)
  })
})
