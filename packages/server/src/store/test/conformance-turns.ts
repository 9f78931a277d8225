import { beforeEach, describe, expect, it } from 'vitest'
import { StoreError, type TurnStore } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createGroupId,
  createUser,
  createUserId,
} from './records.ts'

const USER_TOPIC = `user:${ACCOUNT_ID}/${createUserId(1)}`
const GROUP_TOPIC = `group:${ACCOUNT_ID}/${createGroupId(1)}`
const INLINE = { name: 'p', document: '{}' }

/** What a store owes to work that is done in turn. */
export function testTurns(useStore: UseStore): void {
  describe('turns', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().takeChangedTopics()
    })

    const inTurn = <Result>(work: (store: TurnStore) => Promise<Result>): Promise<Result> =>
      useStore().inTurn([ACCOUNT_ID], work)

    it('give back what the work gives, see what it has written, and tell of it once', async () => {
      const found = await inTurn(async store => {
        await store.createUser(createUser(1))
        await store.createGroup(createGroup(1))
        await store.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1))
        await store.saveInlinePolicy(ACCOUNT_ID, createUserId(1), INLINE)
        return store.listGroupsOfUser(ACCOUNT_ID, createUserId(1))
      })
      expect(found).toEqual([createGroup(1)])
      expect(await useStore().findUser(ACCOUNT_ID, 'user-0001')).toEqual(createUser(1))
      expect(await useStore().takeChangedTopics()).toEqual([USER_TOPIC, GROUP_TOPIC])
    })

    it('that change nothing tell of nothing', async () => {
      expect(await inTurn(store => store.findUser(ACCOUNT_ID, 'user-0001'))).toBeNull()
      expect(await useStore().takeChangedTopics()).toEqual([])
    })

    it('leave nothing behind when the work fails, and tell of nothing', async () => {
      const failing = inTurn(async store => {
        await store.createUser(createUser(1))
        await store.createMeta('canary', 'sealed')
        throw new RangeError('changed my mind')
      })
      await expect(failing).rejects.toThrow(new RangeError('changed my mind'))
      expect(await useStore().findUser(ACCOUNT_ID, 'user-0001')).toBeNull()
      expect(await useStore().findMeta('canary')).toBeNull()
      expect(await useStore().takeChangedTopics()).toEqual([])
    })

    it('end with the first error of the store, also when the work has caught it', async () => {
      let after: unknown = null
      const failing = inTurn(async store => {
        await store.createUser(createUser(1))
        await expect(store.createUser(createUser(1))).rejects.toBeInstanceOf(StoreError)
        after = await store.findUser(ACCOUNT_ID, 'user-0001').catch(error => error)
        return 'done'
      })
      await expect(failing).rejects.toMatchObject({ name: 'StoreError', reason: 'exists' })
      expect(after).toEqual(
        new TypeError('the turn is over: nothing can be read or written in it any more'),
      )
      expect(await useStore().findUser(ACCOUNT_ID, 'user-0001')).toBeNull()
    })

    it('give what the work makes of an error of the store', async () => {
      const failing = inTurn(async store => {
        try {
          await store.deleteUser(ACCOUNT_ID, createUserId(1))
        } catch (cause) {
          throw new RangeError('no such user', { cause })
        }
      })
      await expect(failing).rejects.toThrow(new RangeError('no such user'))
    })

    it('take no access after their end', async () => {
      const kept = await inTurn(async store => store)
      await expect(kept.createUser(createUser(1))).rejects.toThrow('the turn is over')
      await expect(kept.findAccount(ACCOUNT_ID)).rejects.toThrow('the turn is over')
      expect(await useStore().findUser(ACCOUNT_ID, 'user-0001')).toBeNull()
    })

    it('wait for what the work has begun: it succeeds and fails with the rest', async () => {
      await inTurn(async store => {
        void store.createUser(createUser(1))
      })
      expect(await useStore().findUser(ACCOUNT_ID, 'user-0001')).toEqual(createUser(1))
      const failing = inTurn(async store => {
        for (const number of [2, 3, 4]) store.createUser(createUser(number)).catch(() => {})
        throw new RangeError('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      const { items } = await useStore().listUsers(ACCOUNT_ID, {
        pathPrefix: '/',
        marker: null,
        maxItems: 10,
      })
      expect(items).toEqual([createUser(1)])
    })

    it('come one after the other, and lone writes between them', async () => {
      const store = useStore()
      await store.createUser(createUser(1, { path: '/0/' }))
      const addOne = () =>
        inTurn(async turn => {
          const user = await turn.findUser(ACCOUNT_ID, 'user-0001')
          if (user === null) throw new Error('the user is gone')
          await Promise.resolve()
          await turn.saveUser({ ...user, path: `/${Number(user.path.slice(1, -1)) + 1}/` })
        })
      const writes = [1, 2, 3].map(number => store.createMeta(`fact ${number}`, ''))
      await Promise.all([...Array.from({ length: 20 }, addOne), ...writes])
      expect((await store.findUser(ACCOUNT_ID, 'user-0001'))?.path).toBe('/20/')
      expect(store.countWaiting()).toBe(0)
    })

    it('show others nothing before they end', async () => {
      const store = useStore()
      const { promise: looked, resolve: noteLook } = Promise.withResolvers<void>()
      let outside: Promise<unknown> = Promise.resolve()
      const failing = inTurn(async turn => {
        await turn.createUser(createUser(1))
        outside = store.findUser(ACCOUNT_ID, 'user-0001')
        noteLook()
        await turn.createUser(createUser(2))
        throw new RangeError('changed my mind')
      })
      await looked
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await outside).toBeNull()
    })
  })
}
