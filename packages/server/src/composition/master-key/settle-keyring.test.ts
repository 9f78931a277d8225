import { describe, expect, it } from 'vitest'
import { createAesGcmSealer } from '../../secrets/aes-gcm-sealer.ts'
import { createBinder } from '../../secrets/binder.ts'
import { bindMasterKey } from '../../secrets/check-master-key.ts'
import { formatKeyChange, KEY_CHANGE_FACT, type KeyChange } from '../../secrets/key-change.ts'
import { createMasterKey, type MasterKey } from '../../secrets/master-key.ts'
import { MasterKeyring } from '../../secrets/master-keyring.ts'
import { settleKeyring } from './settle-keyring.ts'

const random = { bytes: (count: number) => new Uint8Array(count).fill(7), uuid: () => '' }
const createKey = (byte: number) => createMasterKey(new Uint8Array(32).fill(byte), 'a test')
const [a, b, c] = [createKey(1), createKey(2), createKey(3)] as const

const CHANGE: KeyChange = {
  from: a.id,
  to: b.id,
  phase: 'opening',
  begunAtMs: 0,
  sealedAtMs: null,
  sessionsUntilMs: null,
}
const SEALED: KeyChange = { ...CHANGE, phase: 'sealed', sealedAtMs: 0, sessionsUntilMs: 100 }

/** What a process with these keys does with a store that is bound to a key and has a change. */
async function settle(
  bound: MasterKey,
  change: KeyChange | null,
  [main, next = null, previous = null]: readonly [
    MasterKey,
    (MasterKey | null)?,
    (MasterKey | null)?,
  ],
  options: { readonly keepsFormer?: boolean; readonly voucher?: MasterKey } = {},
) {
  const facts = new Map<string, string>()
  await bindMasterKey(
    { createMeta: async (name, value) => void facts.set(name, value) },
    createAesGcmSealer(bound, random),
  )
  const voucher = createBinder(options.voucher ?? (change?.to === c.id ? c : b))
  if (change !== null) facts.set(KEY_CHANGE_FACT, formatKeyChange(change, voucher))
  const keyring = new MasterKeyring(main, { nowMs: () => 0 })
  const store = { findMeta: async (name: string) => facts.get(name) ?? null }
  const keys = { main, next, previous }
  const { stage } = await settleKeyring(store, keyring, keys, options)
  const names = new Map([
    [a.id, 'a'],
    [b.id, 'b'],
    [c.id, 'c'],
  ])
  const stored = [a, b, c].filter(key => keyring.findForStored(key.id) !== null)
  return {
    stage,
    seals: names.get(keyring.current.id),
    stored: stored.map(key => names.get(key.id)).join(''),
    issued: keyring
      .listForIssued()
      .map(key => names.get(key.id))
      .join(''),
  }
}

describe('a keyring does what the store says', () => {
  it.each<[what: string, Parameters<typeof settle>, Awaited<ReturnType<typeof settle>>]>([
    [
      'without any change',
      [a, null, [a]],
      { stage: 'blind', seals: 'a', stored: 'a', issued: 'a' },
    ],
    [
      'without any change, beside a key that is to follow',
      [a, null, [a, b, c]],
      { stage: 'blind', seals: 'a', stored: 'a', issued: 'a' },
    ],
    [
      'before it can open the new key',
      [a, CHANGE, [a]],
      { stage: 'blind', seals: 'a', stored: 'a', issued: 'a' },
    ],
    [
      'when it can open the new key',
      [a, CHANGE, [a, b]],
      { stage: 'opens', seals: 'a', stored: 'ab', issued: 'ab' },
    ],
    [
      'whichever place the keys are in',
      [a, CHANGE, [b, a]],
      { stage: 'opens', seals: 'a', stored: 'ab', issued: 'ab' },
    ],
    [
      'while everything is sealed anew',
      [a, { ...CHANGE, phase: 'sealing' }, [a, b]],
      { stage: 'seals', seals: 'b', stored: 'ab', issued: 'ba' },
    ],
    [
      'afterwards, before the files are moved',
      [b, SEALED, [a, b]],
      { stage: 'seals', seals: 'b', stored: 'b', issued: 'ba' },
    ],
    [
      'afterwards, with what is in memory',
      [b, SEALED, [a, b], { keepsFormer: true }],
      { stage: 'seals', seals: 'b', stored: 'ab', issued: 'ba' },
    ],
    [
      'afterwards, when the files are moved',
      [b, SEALED, [b, null, a]],
      { stage: 'seals', seals: 'b', stored: 'b', issued: 'ba' },
    ],
    [
      'afterwards, without the former key',
      [b, SEALED, [b]],
      { stage: 'seals', seals: 'b', stored: 'b', issued: 'b' },
    ],
    [
      'when the sessions are over',
      [b, { ...SEALED, sessionsUntilMs: 0 }, [b, null, a]],
      { stage: 'seals', seals: 'b', stored: 'b', issued: 'b' },
    ],
    [
      'with an older key in the place of the former one',
      [b, SEALED, [b, null, c]],
      { stage: 'seals', seals: 'b', stored: 'b', issued: 'b' },
    ],
    [
      'with another key than its own, which the canary will say',
      [a, null, [c]],
      { stage: 'blind', seals: 'c', stored: 'c', issued: 'c' },
    ],
    [
      'with its key in the place of the former one, which the canary will say',
      [a, null, [c, null, a]],
      { stage: 'blind', seals: 'c', stored: 'c', issued: 'c' },
    ],
  ])('%s', async (_what, args, expected) => {
    expect(await settle(...args)).toEqual(expected)
  })

  it.each<[what: string, Parameters<typeof settle>, RegExp]>([
    [
      'that it has half of the keys for',
      [a, { ...CHANGE, phase: 'sealing' }, [a]],
      new RegExp(`^the store goes over from master key ${a.id} to ${b.id}, and needs both`),
    ],
    [
      'that has gone over to another key',
      [b, SEALED, [a]],
      new RegExp(`sealed with master key ${b.id}, which has followed ${a.id} on 1970-01-01T`),
    ],
    [
      'that has gone over, with the new key in the place of the former one',
      [b, SEALED, [a, null, b]],
      /which has followed/,
    ],
    [
      'whose change is from another key',
      [a, { ...CHANGE, from: c.id }, [a, b]],
      /^the store is bound to another master key than the change/,
    ],
    [
      'whose change was done, but not to this key',
      [a, SEALED, [a, b]],
      /^the store is bound to another master key than the change/,
    ],
    [
      'whose change the new key does not vouch for',
      [a, CHANGE, [a, b], { voucher: a }],
      /was not written by Credence$/,
    ],
    [
      'whose end of sessions the new key does not vouch for',
      [b, SEALED, [b, null, a], { voucher: a }],
      /was not written by Credence$/,
    ],
  ])('and refuses a store %s', async (_what, args, message) => {
    await expect(settle(...args)).rejects.toThrow(message)
  })
})
