import { expect, it } from 'vitest'
import { account, NOW_MS, random } from '../../../test/support/issuer-parts.ts'
import { createKeyLife, RULES } from '../../../test/support/key-life.ts'
import { isKeyBound } from '../../issuer/keys/binding.ts'
import { formatKeyRecordId } from '../../issuer/keys/record-id.ts'
import { formatAccessKeyId } from '../../principals/identifiers.ts'
import { findSealingKeyId } from '../../secrets/aes-gcm-sealer.ts'
import { findBindingKeyId } from '../../secrets/binder.ts'
import { bindMasterKey, findBoundKeyId } from '../../secrets/check-master-key.ts'
import { loadInstallationId } from '../../secrets/installation.ts'
import { createKeyTools } from '../../secrets/key-tools.ts'
import { createMasterKey } from '../../secrets/master-key.ts'
import type { IssuerKey, Store } from '../../store/ports.ts'
import { isAllResealed, resealEverything } from './reseal.ts'
import { rotateMasterKey } from './rotate-master-key.ts'

const toolsOf = (byte: number) =>
  createKeyTools(createMasterKey(new Uint8Array(32).fill(byte), 'a test'), random)
/** The key of the store's binder in `createKeyLife`. */
const from = toolsOf(5)
const to = toolsOf(6)

/** A store with keys in every state, and an access key of the root. */
async function createStore() {
  const life = await createKeyLife()
  const { store } = life
  await bindMasterKey(store, from.sealer)
  const installationId = await loadInstallationId(store, from.sealer, random)
  await life.createIssuer().enableFederation(account, NOW_MS)
  const rotation = life.rotate()
  for (const waitMs of [0, RULES.rotateEveryMs, RULES.rotateEveryMs]) {
    life.pass(waitMs)
    await rotation.tick()
    await rotation.tick()
  }
  const seal = async (key: IssuerKey): Promise<void> => {
    if (key.handle === null) return
    const context = { purpose: 'issuer-private-key', recordId: formatKeyRecordId(key) } as const
    const handle = from.sealer.seal(context, Buffer.from(`private ${context.recordId}`))
    await store.saveIssuerKey({ ...key, handle }, key.state)
  }
  for (const key of await store.listIssuerKeys(account.id)) await seal(key)
  const id = formatAccessKeyId('AKIA', random.bytes(16))
  const context = { purpose: 'access-key-secret', recordId: id } as const
  const accessKey = {
    id,
    accountId: account.id,
    userId: null,
    status: 'Active',
    createdAtMs: 0,
    sealedSecret: from.sealer.seal(context, Buffer.from('the secret')),
  } as const
  await store.createAccessKey(accessKey)
  return { ...life, installationId, accessKey, context }
}

const reseal = (store: Store, changes = {}) =>
  resealEverything({ store, from, to, report: () => {}, ...changes })

it('seals everything anew, once, and binds what was bound', async () => {
  const { store, accessKey, context, installationId } = await createStore()
  const before = await store.listIssuerKeys(account.id)
  expect(new Set(before.map(({ state }) => state))).toEqual(
    new Set(['retired', 'retiring', 'active', 'prepared']),
  )
  const counts: number[] = []
  expect(await reseal(store, { report: (count: number) => counts.push(count) })).toEqual([])
  expect(counts).toEqual([1, before.length])
  expect(await isAllResealed(store, from.masterKey.id, [])).toBe(true)

  const found = await store.findAccessKey(accessKey.id)
  expect(Buffer.from(to.sealer.unseal(context, found?.sealedSecret ?? new Uint8Array()))).toEqual(
    Buffer.from('the secret'),
  )
  expect(await loadInstallationId(store, to.sealer, random)).toBe(installationId)
  for (const key of await store.listIssuerKeys(account.id)) {
    expect(isKeyBound(to.binder, key), formatKeyRecordId(key)).toBe(true)
    if (key.handle === null) continue
    const recordId = formatKeyRecordId(key)
    const opened = to.sealer.unseal({ purpose: 'issuer-private-key', recordId }, key.handle)
    expect(Buffer.from(opened).toString()).toBe(`private ${recordId}`)
  }
  const again: number[] = []
  await reseal(store, { report: (count: number) => again.push(count) })
  expect(again).toEqual([])
})

it('vouches for no row that Credence has not written', async () => {
  const { store } = await createStore()
  const keys = await store.listIssuerKeys(account.id)
  // Somebody has put keys that have ended, or are to come, back among those that sign tokens.
  const [ended] = keys.filter(({ state }) => state === 'retiring')
  if (ended === undefined) throw new Error('no key has ended')
  await store.saveIssuerKey({ ...ended, backend: 'elsewhere' }, 'retiring')
  expect(await reseal(store)).toEqual([{ kind: 'signing key', recordId: formatKeyRecordId(ended) }])
  const after = await store.listIssuerKeys(account.id)
  const foreign = after.find(({ backend }) => backend === 'elsewhere')
  expect(foreign && isKeyBound(to.binder, foreign)).toBe(false)
  expect(findBindingKeyId(foreign?.binding ?? new Uint8Array())).toBe(to.masterKey.id)
  expect(foreign?.state).toBe('retiring')
})

it('names what does not open, and goes on with the rest', async () => {
  const { store, accessKey } = await createStore()
  const broken = Buffer.from(accessKey.sealedSecret)
  broken[20] = (broken[20] ?? 0) ^ 1
  expect(await store.swapSealedSecret(accessKey, broken)).toBe(true)
  const [active] = (await store.listIssuerKeys(account.id)).filter(key => key.state === 'active')
  if (active?.handle == null) throw new Error('no key signs')
  await store.swapIssuerKeySeals(active, {
    handle: Buffer.concat([active.handle, Buffer.from('x')]),
    binding: active.binding,
  })
  const unreadable = await reseal(store)
  expect(unreadable).toEqual([
    { kind: 'access key', recordId: accessKey.id },
    { kind: 'signing key', recordId: formatKeyRecordId(active) },
  ])
  expect(await isAllResealed(store, from.masterKey.id, unreadable)).toBe(true)
  for (const some of [[], unreadable.slice(0, 1), unreadable.slice(1)]) {
    expect(await isAllResealed(store, from.masterKey.id, some)).toBe(false)
  }
  const found = await store.findAccessKey(accessKey.id)
  expect(findSealingKeyId(found?.sealedSecret ?? new Uint8Array())).toBe(from.masterKey.id)
})

it('leaves a key that goes on meanwhile to the next look, and binds the store last', async () => {
  const { store, accessKey } = await createStore()
  let isFirst = true
  const { unreadable } = await rotateMasterKey({
    store,
    from: from.masterKey,
    to: to.masterKey,
    random,
    clock: { nowMs: () => 0 },
    endsSessions: false,
    untilServers: async () => {},
    report: () => {},
    reach(point) {
      if (point !== 'before-canary' || !isFirst) return
      isFirst = false
      // A program that has not heard of the change yet writes under the former key.
      void store.createAccessKey({ ...accessKey, id: formatAccessKeyId('AKIA', random.bytes(16)) })
    },
  })
  expect(isFirst).toBe(false)
  // It was sealed for another record, so it opens for nobody; but it was seen.
  expect(unreadable).toHaveLength(1)
  expect(await findBoundKeyId(store)).toBe(to.masterKey.id)
})
