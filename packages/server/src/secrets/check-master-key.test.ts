import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type MetaStore, StoreError } from '../store/ports.ts'
import { createAesGcmSealer } from './aes-gcm-sealer.ts'
import { checkMasterKey } from './check-master-key.ts'
import { createMasterKey, MasterKeyError } from './master-key.ts'

const random = { bytes: (count: number) => randomBytes(count), uuid: () => crypto.randomUUID() }

function createSealer(keyByte: number) {
  return createAesGcmSealer(createMasterKey(new Uint8Array(32).fill(keyByte), 'a test'), random)
}

function createMemoryMetaStore(values: Map<string, string>): MetaStore {
  return {
    findMeta: async name => values.get(name) ?? null,
    createMeta: async (name, value) => {
      if (values.has(name)) throw new StoreError('exists', 'there is one')
      values.set(name, value)
    },
  }
}

describe('checkMasterKey', () => {
  it('marks a new store, and knows its master key again', async () => {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    await checkMasterKey(store, createSealer(1))
    expect([...values.keys()]).toEqual(['master-key-check'])
    const marked = new Map(values)
    await checkMasterKey(store, createSealer(1))
    expect(values).toEqual(marked)
  })

  it('refuses another master key, and changes nothing', async () => {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    await checkMasterKey(store, createSealer(1))
    const marked = new Map(values)
    const check = checkMasterKey(store, createSealer(2))
    await expect(check).rejects.toThrow(MasterKeyError)
    await expect(check).rejects.toThrow(
      /^the master key does not fit the store: the value was sealed with master key [0-9a-f]{16}, and this is/,
    )
    expect(values).toEqual(marked)
  })

  it('refuses a value that was changed', async () => {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    await checkMasterKey(store, createSealer(1))
    const sealed = Buffer.from(values.get('master-key-check') ?? '', 'base64')
    sealed.writeUInt8(sealed.readUInt8(30) ^ 1, 30)
    values.set('master-key-check', sealed.toString('base64'))
    await expect(checkMasterKey(store, createSealer(1))).rejects.toThrow(
      'the master key does not fit the store: the sealed value was changed',
    )
  })

  it('refuses a value with another content', async () => {
    const context = { purpose: 'master-key-check', recordId: 'master-key-check' } as const
    const other = Buffer.from(createSealer(1).seal(context, Buffer.from('other')))
    const store = createMemoryMetaStore(new Map([['master-key-check', other.toString('base64')]]))
    await expect(checkMasterKey(store, createSealer(1))).rejects.toThrow(MasterKeyError)
  })

  it.each([
    [1, null],
    [2, MasterKeyError],
  ])('meets a process with master key %i that was first', async (keyByte, error) => {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    let isFirstLook = true
    const racing: MetaStore = {
      ...store,
      async findMeta(name) {
        if (!isFirstLook) return store.findMeta(name)
        isFirstLook = false
        await checkMasterKey(store, createSealer(keyByte))
        return null
      },
    }
    const check = checkMasterKey(racing, createSealer(1))
    if (error === null) await expect(check).resolves.toBeUndefined()
    else await expect(check).rejects.toThrow(error)
  })

  it('lets a failure of the store through', async () => {
    const store = createMemoryMetaStore(new Map())
    const failing = { ...store, createMeta: () => Promise.reject(new Error('disk full')) }
    await expect(checkMasterKey(failing, createSealer(1))).rejects.toThrow('disk full')
  })
})
