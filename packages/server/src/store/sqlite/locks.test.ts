import { join } from 'node:path'
import { expect, it } from 'vitest'
import { StoreFailure } from '../failures.ts'
import { startChild } from '../test/child.ts'
import { useDirectory } from '../test/directory.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createKey,
  createKeyId,
  createUser,
  createUserId,
} from '../test/records.ts'
import { createSqliteStore } from './sqlite-store.ts'

const HOLD_WRITE_LOCK = new URL('./test/hold-write-lock.ts', import.meta.url)
const HOG_TURNS = new URL('./test/hog-turns.ts', import.meta.url)
const BUSY = 'The store failed: another process holds its lock.'

const directory = useDirectory()

async function openStore(turnLimits = { maxWaitMs: 500, maxWaiting: 8 }) {
  const path = join(directory(), 'store.db')
  const store = await createSqliteStore({ path, mayCreate: true, turnLimits })
  return { path, store: { ...store, [Symbol.asyncDispose]: () => store.close() } }
}

it('fails writes after a while when another process keeps the lock, and reads go on', async () => {
  const { path, store: opened } = await openStore()
  await using store = opened
  await store.createAccount(createAccount(ACCOUNT_ID))
  await store.createAccessKey(createKey(1))
  const holder = startChild(HOLD_WRITE_LOCK, [path])
  expect(await holder.readLine()).toBe('locked')

  const uses = new Map([[createKeyId(1), { usedAtMs: 5, region: 'eu-west-1', service: 'sts' }]])
  let isSettled = false
  const writes = Promise.allSettled([
    store.createUser(createUser(1)),
    store.inTurn([ACCOUNT_ID], turn => turn.createUser(createUser(2))),
    store.saveAccessKeyUses(uses),
  ]).finally(() => {
    isSettled = true
  })
  let reads = 0
  while (!isSettled) {
    await new Promise(setImmediate)
    expect(await store.findAccount(ACCOUNT_ID)).not.toBeNull()
    expect(await store.takeChangedTopics()).toHaveLength(reads === 0 ? 2 : 0)
    reads += 1
  }
  // Had the writes blocked the event loop, there would have been one for each at most.
  expect(reads).toBeGreaterThan(10)
  for (const outcome of await writes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: new StoreFailure(BUSY) })
  }

  await holder.kill()
  await store.createUser(createUser(1))
  await store.saveAccessKeyUses(uses)
  expect(await store.findUserById(ACCOUNT_ID, createUserId(2))).toBeNull()
  expect(await store.findAccessKeyUse(createKeyId(1))).not.toBeNull()
})

it('lets so many wait and no more, and all of them write when the lock is free', async () => {
  const { path, store: opened } = await openStore({ maxWaitMs: 60_000, maxWaiting: 2 })
  await using store = opened
  await store.createAccount(createAccount(ACCOUNT_ID))
  const holder = startChild(HOLD_WRITE_LOCK, [path])
  expect(await holder.readLine()).toBe('locked')

  const waiting = [1, 2].map(number => store.createUser(createUser(number)))
  expect(store.countWaiting()).toBe(2)
  await expect(store.createUser(createUser(3))).rejects.toThrow(
    new StoreFailure('The store failed: too many changes wait for it.'),
  )
  await holder.kill()
  await Promise.all(waiting)
  expect(store.countWaiting()).toBe(0)
  await store.createUser(createUser(3))
})

it('comes to its turn beside a process that takes one after the other', async () => {
  const { path, store: opened } = await openStore({ maxWaitMs: 60_000, maxWaiting: 8 })
  await using store = opened
  await store.createAccount(createAccount(ACCOUNT_ID))
  const hog = startChild(HOG_TURNS, [path])
  expect(await hog.readLine()).toBe('started')
  for (let number = 0; number < 10; number += 1) await store.createUser(createUser(number))
  await hog.kill()
})
