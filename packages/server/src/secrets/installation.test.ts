import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type MetaStore, StoreError } from '../store/ports.ts'
import { createAesGcmSealer } from './aes-gcm-sealer.ts'
import { loadInstallationId, resealInstallationId } from './installation.ts'
import { createKeyTools } from './key-tools.ts'
import { createMasterKey } from './master-key.ts'

const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() }

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

describe('loadInstallationId', () => {
  it('gives a store that has none an id, and finds it again', async () => {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    const id = await loadInstallationId(store, createSealer(1), random)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    const kept = new Map(values)
    expect(await loadInstallationId(store, createSealer(1), random)).toBe(id)
    expect(values).toEqual(kept)
  })

  it('gives each store one of its own, under one master key too', async () => {
    const ids = await Promise.all(
      [1, 2].map(() =>
        loadInstallationId(createMemoryMetaStore(new Map()), createSealer(1), random),
      ),
    )
    expect(new Set(ids).size).toBe(2)
  })

  it('takes the id of a process that was first', async () => {
    const store = createMemoryMetaStore(new Map())
    let first = ''
    const racing: Pick<MetaStore, 'findMeta' | 'createMeta'> = {
      ...store,
      async createMeta(name, value) {
        first = await loadInstallationId(store, createSealer(1), random)
        await store.createMeta(name, value)
      },
    }
    expect(await loadInstallationId(racing, createSealer(1), random)).toBe(first)
  })

  it.each<[string, (sealed: Buffer) => string]>([
    [
      'was changed',
      sealed =>
        Buffer.from(sealed.map((byte, at) => (at === 30 ? byte ^ 1 : byte))).toString('base64'),
    ],
    ['was written by hand', () => randomUUID()],
  ])('refuses an id that %s', async (_what, spoil) => {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    await loadInstallationId(store, createSealer(1), random)
    values.set('installation', spoil(Buffer.from(values.get('installation') ?? '', 'base64')))
    const load = loadInstallationId(store, createSealer(1), random)
    await expect(load).rejects.toMatchObject({
      name: 'MasterKeyError',
      message: expect.stringMatching(/^the installation id in the store is not its own: /),
      cause: { name: 'SealError' },
    })
  })

  it('takes no failure of the sealer itself for a changed id', async () => {
    const broken = {
      ...createSealer(1),
      unseal: () => {
        throw new RangeError('out of memory')
      },
    }
    const load = loadInstallationId(createMemoryMetaStore(new Map()), broken, random)
    await expect(load).rejects.toThrow(new RangeError('out of memory'))
  })

  it.each([
    ['that is no failure of the store', new Error('disk full')],
    ['of another kind', new StoreError('conflict', 'it changed')],
    ['about an id that is not there then', new StoreError('exists', 'there is one')],
  ])('lets a failure through %s', async (_kind, failure) => {
    const failing = {
      ...createMemoryMetaStore(new Map()),
      createMeta: () => Promise.reject(failure),
    }
    await expect(loadInstallationId(failing, createSealer(1), random)).rejects.toBe(failure)
  })

  it('takes no other failure for an id of a process that was first', async () => {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    const failure = new StoreError('conflict', 'it changed')
    const failing: Pick<MetaStore, 'findMeta' | 'createMeta'> = {
      ...store,
      async createMeta() {
        await loadInstallationId(store, createSealer(1), random)
        throw failure
      },
    }
    await expect(loadInstallationId(failing, createSealer(1), random)).rejects.toBe(failure)
  })
})

describe('resealInstallationId', () => {
  const toolsOf = (keyByte: number) =>
    createKeyTools(createMasterKey(new Uint8Array(32).fill(keyByte), 'a test'), random)

  async function createSwappingStore() {
    const values = new Map<string, string>()
    const store = createMemoryMetaStore(values)
    const swaps: string[] = []
    const swapMeta = async (name: string, former: string, value: string): Promise<void> => {
      expect(values.get(name)).toBe(former)
      swaps.push(name)
      values.set(name, value)
    }
    return { store: { ...store, swapMeta }, swaps, values }
  }

  it('seals the id under another master key, once', async () => {
    const { store, swaps } = await createSwappingStore()
    const id = await loadInstallationId(store, createSealer(1), random)
    await resealInstallationId(store, toolsOf(1), toolsOf(2))
    expect(await loadInstallationId(store, createSealer(2), random)).toBe(id)
    await resealInstallationId(store, toolsOf(1), toolsOf(2))
    expect(swaps).toEqual(['installation'])
  })

  it('leaves a store without an id as it is', async () => {
    const { store, swaps, values } = await createSwappingStore()
    await resealInstallationId(store, toolsOf(1), toolsOf(2))
    expect({ swaps, size: values.size }).toEqual({ swaps: [], size: 0 })
  })

  it('refuses an id that neither of the two keys has sealed', async () => {
    const { store } = await createSwappingStore()
    await loadInstallationId(store, createSealer(3), random)
    await expect(resealInstallationId(store, toolsOf(1), toolsOf(2))).rejects.toMatchObject({
      name: 'SealError',
    })
  })
})
