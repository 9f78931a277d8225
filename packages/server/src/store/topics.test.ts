import { expect, it } from 'vitest'
import {
  ACCOUNT_ID,
  createGroupId,
  createManagedPolicy,
  createRoleId,
  createUserId,
} from './test/records.ts'
import { formatPrincipalTopic } from './topics.ts'

it.each([
  [createUserId(1), `user:${ACCOUNT_ID}/${createUserId(1)}`],
  [createGroupId(1), `group:${ACCOUNT_ID}/${createGroupId(1)}`],
  [createRoleId(1), `role:${ACCOUNT_ID}/${createRoleId(1)}`],
])('the id %s tells its topic', (id, topic) => {
  expect(formatPrincipalTopic(ACCOUNT_ID, id)).toBe(topic)
})

it('a managed policy is no principal', () => {
  expect(() => formatPrincipalTopic(ACCOUNT_ID, createManagedPolicy(1).id)).toThrow(TypeError)
})
