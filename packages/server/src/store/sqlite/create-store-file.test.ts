import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StoreOpenError } from '../failures.ts'
import { useDirectory } from '../test/directory.ts'
import { ACCOUNT_ID, createAccount } from '../test/records.ts'
import { createStoreFile } from './create-store-file.ts'
import { createSqliteStore } from './sqlite-store.ts'

const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() }

const directory = useDirectory()
const path = () => join(directory(), 'store.db')
const nothing = async () => {}

describe('making a store', () => {
  it('makes one file, for its owner alone, with all that goes into it', async () => {
    await createStoreFile(path(), random, store => store.createAccount(createAccount(ACCOUNT_ID)))
    expect(readdirSync(directory())).toEqual(['store.db'])
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    const store = await createSqliteStore({ path: path() })
    expect(await store.findAccount(ACCOUNT_ID)).not.toBeNull()
    await store.close()
  })

  it('leaves nothing when that fails', async () => {
    const fail = () => Promise.reject(new Error('changed my mind'))
    await expect(createStoreFile(path(), random, fail)).rejects.toThrow('changed my mind')
    expect(readdirSync(directory())).toEqual([])
  })

  it.each<[string, string, () => void, RegExp]>([
    [
      'a store',
      'store.db',
      () => writeFileSync(path(), 'mine'),
      /^There is a store at \S+ already/,
    ],
    ['an empty file', 'store.db', () => writeFileSync(path(), ''), /^The file \S+ is empty/],
    ['a directory', 'store.db', () => mkdirSync(path()), /^There is a store at \S+ already/],
    [
      'a link to nowhere',
      'store.db',
      () => symlinkSync(join(directory(), 'unmounted'), path()),
      /^There is a store at \S+ already/,
    ],
    ...['-wal', '-shm', '-journal'].map((suffix): [string, string, () => void, RegExp] => [
      `what a lost store has left (${suffix})`,
      `store.db${suffix}`,
      () => writeFileSync(path() + suffix, 'frames'),
      /^There is no store at \S+, but \S+, which is a part of one\. /,
    ]),
  ])('makes none where there is %s', async (_what, name, prepare, message) => {
    prepare()
    await expect(createStoreFile(path(), random, nothing)).rejects.toThrow(StoreOpenError)
    await expect(createStoreFile(path(), random, nothing)).rejects.toThrow(message)
    expect(readdirSync(directory())).toEqual([name])
  })

  it('makes one when two try at the same time', async () => {
    const outcomes = await Promise.allSettled([
      createStoreFile(path(), random, nothing),
      createStoreFile(path(), random, nothing),
    ])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: new StoreOpenError(
        `The file ${path()} of the store cannot be used: something else has its name.`,
      ),
    })
    expect(readdirSync(directory())).toEqual(['store.db'])
    expect(readFileSync(path()).subarray(0, 15).toString()).toBe('SQLite format 3')
  })
})
