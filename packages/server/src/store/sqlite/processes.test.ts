import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import { startChild } from '../test/child.ts'
import { useDirectory } from '../test/directory.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createFederation,
  createUser,
  createUserId,
} from '../test/records.ts'
import { createSqliteStore } from './sqlite-store.ts'

const CREATE_STORE = new URL('./test/create-store.ts', import.meta.url)
const DISABLE_FEDERATION = new URL('../test/disable-federation.ts', import.meta.url)
const WRITE_USERS = new URL('./test/write-users.ts', import.meta.url)

const directory = useDirectory()

describe('a store between processes', () => {
  it('tells one process what another has written', async () => {
    const path = join(directory(), 'store.db')
    await using store = await openStore(path)
    await store.createAccount(createAccount(ACCOUNT_ID))
    await store.takeChangedTopics()

    await startChild(WRITE_USERS, [path, '1', '2']).finish()

    expect(await store.takeChangedTopics()).toEqual([
      `user:${ACCOUNT_ID}/${createUserId(1)}`,
      `user:${ACCOUNT_ID}/${createUserId(2)}`,
    ])
    expect(await store.takeChangedTopics()).toEqual([])
    expect(await store.findUser(ACCOUNT_ID, 'user-0002')).toEqual(createUser(2))
  })

  it('loses nothing that was acknowledged when a writer is killed', async () => {
    const path = join(directory(), 'store.db')
    const before = await openStore(path)
    await before.createAccount(createAccount(ACCOUNT_ID))
    await before.close()

    const child = startChild(WRITE_USERS, [path, '0', 'Infinity'])
    let acknowledged = -1
    while (acknowledged < 50) acknowledged = Number(await child.readLine())
    await child.kill()
    // What it had printed before it was killed counts as well.
    for (let line = await child.readLine(); line !== null; line = await child.readLine()) {
      acknowledged = Math.max(acknowledged, Number(line))
    }

    await using after = await openStore(path)
    for (let number = 0; number <= acknowledged; number += 1) {
      expect(await after.findUserById(ACCOUNT_ID, createUserId(number))).toEqual(createUser(number))
    }
    expect(checkIntegrity(path)).toEqual({ integrity_check: 'ok' })
    await after.createUser(createUser(1_000_000))
    expect(await after.takeChangedTopics()).toEqual([
      `user:${ACCOUNT_ID}/${createUserId(1_000_000)}`,
    ])
  })

  it('may be made by several processes at once', async () => {
    const path = join(directory(), 'store.db')
    const ids = ['000000000001', '000000000002', '000000000003']
    const children = ids.map(id => startChild(CREATE_STORE, [path, id]))
    for (const child of children) await child.finish()

    await using store = await openStore(path)
    for (const id of ids) expect(await store.findAccount(parseAccountId(id))).not.toBeNull()
  })

  it('gives each compare-and-swap to one process', async () => {
    const path = join(directory(), 'store.db')
    await using store = await openStore(path)
    await store.createAccount(createAccount(ACCOUNT_ID))
    await store.createFederation(createFederation({ enabled: true }), [])
    const changesBefore = countChanges(path)

    const children = [1, 2].map(() => startChild(DISABLE_FEDERATION, [path, '50']))
    let won = 0
    for (const child of children) {
      won += Number(await child.readLine())
      await child.finish()
    }

    // On and off alternate, so the number of swaps that were won tells where it must stand now.
    expect(won).toBeGreaterThanOrEqual(100)
    expect((await store.findFederation(ACCOUNT_ID))?.enabled).toBe(won % 2 === 0)
    expect(countChanges(path)).toBe(Number(changesBefore) + won)
  })
})

async function openStore(path: string) {
  const store = await createSqliteStore({ path, mayCreate: true })
  return { ...store, [Symbol.asyncDispose]: () => store.close() }
}

function checkIntegrity(path: string): object {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return { ...database.prepare('pragma integrity_check').get() }
  } finally {
    database.close()
  }
}

function countChanges(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare('select count(*) as count from changes').get()?.['count']
  } finally {
    database.close()
  }
}
