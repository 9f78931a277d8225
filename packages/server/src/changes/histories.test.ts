import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { type Child, startChild } from '../store/test/child.ts'
import { useDirectory } from '../store/test/directory.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createUser,
  createUserId,
} from '../store/test/records.ts'
import { MAX_ACCESS_KEYS, MAX_GROUPS_PER_USER } from './quotas.ts'

const MAKE_HISTORY = new URL('./test/make-history.ts', import.meta.url)
const CHANGES = 150

const directory = useDirectory()

/** The keys that a history says are there, made and not gone; it is killed after so many changes. */
async function readKeys(child: Child, killAfter: number): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  for (let lines = 1; ; lines += 1) {
    const line = await child.readLine()
    if (line === null) return keys
    const [what = '', id = ''] = line.split(' ')
    if (what === 'made') keys.add(id)
    if (what === 'gone') keys.delete(id)
    if (lines === killAfter) void child.kill()
  }
}

it.each([1, 2, 3])('hold every rule and lose nothing, whoever is killed (seed %i)', async seed => {
  const path = join(directory(), 'store.db')
  const store = await createSqliteStore({ path, mayCreate: true })
  await store.createAccount(createAccount(ACCOUNT_ID))
  for (let number = 0; number < 3; number += 1) await store.createUser(createUser(number))
  for (let number = 0; number < 12; number += 1) await store.createGroup(createGroup(number))

  const killed = startChild(MAKE_HISTORY, [path, String(seed), 'Infinity'])
  const finishing = startChild(MAKE_HISTORY, [path, String(seed + 100), String(CHANGES)])
  const [keysOfKilled, keysOfFinishing] = await Promise.all([
    readKeys(killed, 60),
    readKeys(finishing, Number.POSITIVE_INFINITY),
  ])
  await finishing.finish()

  const stored = new Set<string>()
  for (let number = 0; number < 3; number += 1) {
    const keys = await store.listAccessKeys(ACCOUNT_ID, createUserId(number))
    expect(keys.length).toBeLessThanOrEqual(MAX_ACCESS_KEYS)
    for (const { id } of keys) stored.add(id)
    const groups = await store.listGroupsOfUser(ACCOUNT_ID, createUserId(number))
    expect(groups.length).toBeLessThanOrEqual(MAX_GROUPS_PER_USER)
  }
  for (const id of keysOfFinishing) expect(stored).toContain(id)
  // The killed one may have deleted a key and not come to tell of it.
  expect([...keysOfKilled].filter(id => !stored.has(id)).length).toBeLessThanOrEqual(1)
  await store.close()
})
