import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { createStoreOn } from '../sqlite/sqlite-store.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createGroupId,
  createUserId,
} from '../test/records.ts'
import { KEPT_CHANGES } from './write.ts'

const GROUP_TOPIC = `group:${ACCOUNT_ID}/${createGroupId(1)}`

/** A store whose group 1 has so many members, and who has heard of it. */
async function createCrowd(members: number) {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  const store = await createStoreOn(database, 'test', { mayCreate: true })
  onTestFinished(() => store.close())
  await store.createAccount(createAccount(ACCOUNT_ID))
  await store.createGroup(createGroup(1))
  const user = database.prepare("insert into users values (?, ?, ?, ?, '/', 1, '[]', null)")
  const member = database.prepare('insert into group_members values (?, ?, ?)')
  database.exec('begin')
  for (let number = 0; number < members; number += 1) {
    const id = createUserId(number)
    user.run(ACCOUNT_ID, id, id, id.toLowerCase())
    member.run(ACCOUNT_ID, createGroupId(1), id)
  }
  database.exec('commit')
  await store.takeChangedTopics()
  return store
}

it.each([
  { members: KEPT_CHANGES - 1, told: KEPT_CHANGES, first: GROUP_TOPIC },
  { members: KEPT_CHANGES, told: 1, first: '*' },
  { members: 20_000, told: 1, first: '*' },
])('a deleted group of $members members tells $told topics', async ({ members, told, first }) => {
  const store = await createCrowd(members)
  await store.deleteGroup(ACCOUNT_ID, createGroupId(1))
  const topics = await store.takeChangedTopics()
  expect(topics).toHaveLength(told)
  expect(topics[0]).toBe(first)
  expect(await store.listGroupsOfUser(ACCOUNT_ID, createUserId(0))).toEqual([])
  await store.createGroup(createGroup(1))
  expect(await store.takeChangedTopics()).toEqual([GROUP_TOPIC])
})
