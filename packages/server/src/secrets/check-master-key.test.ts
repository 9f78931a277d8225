import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type MetaStore, StoreError } from '../store/ports.ts'
import { createAesGcmSealer } from './aes-gcm-sealer.ts'
import { bindAnew, bindMasterKey, checkMasterKey, findBoundKeyId } from './check-master-key.ts'
import { createMasterKey, MasterKeyError } from './master-key.ts'

const random = { bytes: (count: number) => randomBytes(count), uuid: () => crypto.randomUUID() }

function createSealer(keyByte: number) {
  return createAesGcmSealer(createMasterKey(new Uint8Array(32).fill(keyByte), 'a test'), random)
}

function createMemoryMetaStore(
  values: Map<string, string>,
): Pick<MetaStore, 'findMeta' | 'createMeta'> {
  return {
    findMeta: async name => values.get(name) ?? null,
    createMeta: async (name, value) => {
      if (values.has(name)) throw new StoreError('exists', 'there is one')
      values.set(name, value)
    },
  }
}

async function createBoundStore(keyByte: number) {
  const values = new Map<string, string>()
  const store = createMemoryMetaStore(values)
  await bindMasterKey(store, createSealer(keyByte))
  return { values, store }
}

describe('checkMasterKey', () => {
  it('knows the master key that a store was bound to', async () => {
    const { values, store } = await createBoundStore(1)
    expect([...values.keys()]).toEqual(['master-key-check'])
    const marked = new Map(values)
    await checkMasterKey(store, createSealer(1))
    expect(values).toEqual(marked)
  })

  it('refuses a store that was bound to none, and binds none', async () => {
    const values = new Map<string, string>()
    const check = checkMasterKey(createMemoryMetaStore(values), createSealer(1))
    await expect(check).rejects.toThrow(MasterKeyError)
    await expect(check).rejects.toThrow(/was never finished: .* `credence init`$/)
    expect(values.size).toBe(0)
  })

  it('binds a store once', async () => {
    const { values, store } = await createBoundStore(1)
    const marked = new Map(values)
    await expect(bindMasterKey(store, createSealer(2))).rejects.toThrow(StoreError)
    expect(values).toEqual(marked)
  })

  it('refuses another master key, and changes nothing', async () => {
    const { values, store } = await createBoundStore(1)
    const marked = new Map(values)
    const check = checkMasterKey(store, createSealer(2))
    await expect(check).rejects.toThrow(MasterKeyError)
    await expect(check).rejects.toThrow(
      /^the master key does not fit the store: the value was sealed with master key [0-9a-f]{16}, and this is/,
    )
    expect(values).toEqual(marked)
  })

  it('refuses a value that was changed', async () => {
    const { values, store } = await createBoundStore(1)
    const sealed = Buffer.from(values.get('master-key-check') ?? '', 'base64')
    sealed.writeUInt8(sealed.readUInt8(30) ^ 1, 30)
    values.set('master-key-check', sealed.toString('base64'))
    await expect(checkMasterKey(store, createSealer(1))).rejects.toMatchObject({
      name: 'MasterKeyError',
      message: expect.stringMatching(
        /^the master key does not fit the store: the sealed value was changed/,
      ),
      cause: { name: 'SealError' },
    })
  })

  it('refuses a value with another content', async () => {
    const context = { purpose: 'master-key-check', recordId: 'master-key-check' } as const
    const other = Buffer.from(createSealer(1).seal(context, Buffer.from('other')))
    const store = createMemoryMetaStore(new Map([['master-key-check', other.toString('base64')]]))
    await expect(checkMasterKey(store, createSealer(1))).rejects.toThrow(
      new MasterKeyError("the master key's check value in the store has unknown content"),
    )
  })

  it('takes no failure of the sealer itself for a wrong master key', async () => {
    const { store } = await createBoundStore(1)
    const broken = {
      ...createSealer(1),
      unseal: () => {
        throw new RangeError('out of memory')
      },
    }
    await expect(checkMasterKey(store, broken)).rejects.toThrow(new RangeError('out of memory'))
  })

  it('lets a failure of the store through', async () => {
    const failing = {
      ...createMemoryMetaStore(new Map()),
      findMeta: () => Promise.reject(new Error('disk on fire')),
    }
    await expect(checkMasterKey(failing, createSealer(1))).rejects.toThrow('disk on fire')
  })
})

describe('another master key', () => {
  const idOf = (keyByte: number) => createMasterKey(new Uint8Array(32).fill(keyByte), 'a test').id

  it('is bound to in the place of the one before, by compare-and-swap', async () => {
    const { values, store } = await createBoundStore(1)
    expect(await findBoundKeyId(store)).toBe(idOf(1))
    const swaps: string[][] = []
    const swapMeta = async (name: string, former: string, value: string): Promise<void> => {
      swaps.push([name, former])
      values.set(name, value)
    }
    const before = values.get('master-key-check') ?? ''
    await bindAnew({ ...store, swapMeta }, createSealer(2))
    expect(swaps).toEqual([['master-key-check', before]])
    expect(await findBoundKeyId(store)).toBe(idOf(2))
    await checkMasterKey(store, createSealer(2))
    await expect(checkMasterKey(store, createSealer(1))).rejects.toThrow(MasterKeyError)
  })

  it('a store that was never finished is bound to none', async () => {
    const store = createMemoryMetaStore(new Map())
    expect(await findBoundKeyId(store)).toBeNull()
    const swapMeta = (name: string, former: string): Promise<void> =>
      Promise.reject(new StoreError('conflict', `${name} is not ${former || 'nothing'}`))
    await expect(bindAnew({ ...store, swapMeta }, createSealer(2))).rejects.toThrow(
      new StoreError('conflict', 'master-key-check is not nothing'),
    )
  })
})
