import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type FaultProxy, startFaultProxy } from '../../../test/support/fault-proxy.ts'
import {
  type Cluster,
  MISSING_POSTGRES,
  startCluster,
} from '../../../test/support/postgres/cluster.ts'
import type { Store } from '../ports.ts'
import { ACCOUNT_ID, createAccount, createUser, createUserId } from '../test/records.ts'
import type { PostgresStoreOptions } from './postgres-store.ts'
import { createConnection, openStore } from './test/open-store.ts'

const NAME = 'user-0001'
/** As it stands in a message: a text that ends with a null character. */
const COMMIT = 'commit\0'

describe.skipIf(MISSING_POSTGRES !== null)('a store whose database fails', () => {
  let cluster: Cluster
  let database = ''
  let proxy: FaultProxy
  beforeAll(async () => {
    cluster = await startCluster()
    database = await cluster.createDatabase()
    await (await openStore(createConnection(cluster, database))).close()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())
  beforeEach(async () => {
    await cluster.emptyDatabase(database)
    proxy = await startFaultProxy({ host: '127.0.0.1', port: cluster.port })
    return () => proxy[Symbol.asyncDispose]()
  })

  /** A store behind the proxy, with an account. */
  async function openBehindProxy(options: Partial<PostgresStoreOptions> = {}): Promise<Store> {
    const connection = {
      ...createConnection(cluster, database),
      host: '127.0.0.1',
      port: proxy.port,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
    }
    const store = await openStore(connection, options)
    onTestFinished(() => store.close())
    await store.createAccount(createAccount(ACCOUNT_ID))
    await store.takeChangedTopics()
    return store
  }

  it('knows that a change took effect whose COMMIT had no answer', async () => {
    const store = await openBehindProxy()
    proxy.cutAfter(COMMIT)
    await store.createUser(createUser(1))
    proxy.cutAfter(COMMIT)
    const result = await store.inTurn([ACCOUNT_ID], async turn => {
      await turn.createUser(createUser(2))
      return 'done'
    })
    expect(result).toBe('done')
    const { items } = await store.listUsers(ACCOUNT_ID, {
      pathPrefix: '/',
      marker: null,
      maxItems: 10,
    })
    expect(items).toEqual([createUser(1), createUser(2)])
    expect(await store.takeChangedTopics()).toEqual([
      `user:${ACCOUNT_ID}/${createUserId(1)}`,
      `user:${ACCOUNT_ID}/${createUserId(2)}`,
    ])
  })

  it('says that nothing is sure when it cannot look', async () => {
    const store = await openBehindProxy()
    const failing = store.inTurn([ACCOUNT_ID], async turn => {
      await turn.createUser(createUser(1))
      proxy.set('reset')
    })
    await expect(failing).rejects.toMatchObject({ name: 'StoreFailure' })
    proxy.set('pass')
    expect(await store.findUser(ACCOUNT_ID, NAME)).toBeNull()
    await store.createUser(createUser(1))
  })

  it('goes on by itself after its connections were cut, or all swallowed', async () => {
    const store = await openBehindProxy()
    proxy.set('reset')
    await expect(store.findUser(ACCOUNT_ID, NAME)).rejects.toMatchObject({ name: 'StoreFailure' })
    await expect(store.takeChangedTopics()).rejects.toMatchObject({ name: 'StoreFailure' })
    proxy.set('pass')
    expect(await store.findUser(ACCOUNT_ID, NAME)).toBeNull()
    proxy.set('swallow')
    const outcomes = await Promise.allSettled([
      store.findUser(ACCOUNT_ID, NAME),
      store.createUser(createUser(1)),
      store.takeChangedTopics(),
    ])
    const failed = { status: 'rejected', reason: { name: 'StoreFailure' } }
    expect(outcomes).toMatchObject([failed, failed, failed])
    proxy.set('pass')
    await expect.poll(() => store.findUser(ACCOUNT_ID, NAME).catch(() => 'failed')).toBeNull()
    await store.createUser(createUser(1))
    expect(await store.takeChangedTopics()).toEqual([`user:${ACCOUNT_ID}/${createUserId(1)}`])
  })

  it('answers over a slow way', async () => {
    const store = await openBehindProxy()
    proxy.delay(100)
    await store.createUser(createUser(1))
    expect(await store.findUser(ACCOUNT_ID, NAME)).toEqual(createUser(1))
  })

  it('refuses a change while another holds the lock of the account, or the number of the newest change', async () => {
    const limits = { lockTimeoutMs: 300, statementTimeoutMs: 5_000, idleTimeoutMs: 5_000 }
    const store = await openBehindProxy({ transactionLimits: limits })
    const busy = {
      name: 'StoreFailure',
      message: 'The store failed: another process holds its lock.',
    }
    const entered = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const holding = store.inTurn([ACCOUNT_ID], async turn => {
      await turn.findAccount(ACCOUNT_ID)
      entered.resolve()
      await held.promise
    })
    await entered.promise
    await expect(
      store.inTurn([ACCOUNT_ID], turn => turn.createUser(createUser(1))),
    ).rejects.toMatchObject(busy)
    // Readers wait for nobody.
    expect(await store.findUser(ACCOUNT_ID, NAME)).toBeNull()
    held.resolve()
    await holding

    const forgotten = cluster.run(
      'begin; select sequence from change_counter for update; select pg_sleep(2); commit',
      database,
    )
    let number = 0
    await expect
      .poll(() => {
        number += 1
        return store.createUser(createUser(number)).catch(error => error.message)
      })
      .toBe(busy.message)
    await forgotten
    await store.createUser(createUser(number))
  })

  it('ends the turn of a program that says nothing more', async () => {
    const limits = { lockTimeoutMs: 20_000, statementTimeoutMs: 20_000, idleTimeoutMs: 1_500 }
    const store = await openBehindProxy({ transactionLimits: limits })
    const frozen = Promise.withResolvers<void>()
    const ended = store.inTurn([ACCOUNT_ID], async turn => {
      await turn.createUser(createUser(1))
      await frozen.promise
    })
    ended.catch(() => {})
    // The lock is free again before the frozen one goes on.
    await store.inTurn([ACCOUNT_ID], turn => turn.createUser(createUser(2)))
    frozen.resolve()
    await expect(ended).rejects.toMatchObject({ name: 'StoreFailure' })
    expect(await store.findUser(ACCOUNT_ID, NAME)).toBeNull()
  })

  it('takes everything for changed when its database was set back, also to the same number', async () => {
    const store = await openBehindProxy()
    await store.createUser(createUser(1))
    await store.takeChangedTopics()
    // As of before the user, who is made once more: another change with the same number.
    await cluster.run(
      `delete from users; delete from principals;
       delete from changes where sequence = (select sequence from change_counter);
       update change_counter set sequence = sequence - 1`,
      database,
    )
    const other = await openStore(createConnection(cluster, database))
    onTestFinished(() => other.close())
    await other.createUser(createUser(2))
    expect(await store.takeChangedTopics()).toEqual(['*'])
    expect(await store.takeChangedTopics()).toEqual([])
    await other.createUser(createUser(3))
    expect(await store.takeChangedTopics()).toEqual([`user:${ACCOUNT_ID}/${createUserId(3)}`])
  })

  it('stores no text that PostgreSQL would refuse or change', async () => {
    const store = await openBehindProxy()
    for (const value of ['a\0b', 'a\uD800b']) {
      await expect(store.createMeta('fact', value)).rejects.toThrow(
        'a text with a null character or half of a surrogate pair cannot be stored',
      )
    }
    await store.createMeta('fact', 'a\u{1F511}b')
    expect(await store.findMeta('fact')).toBe('a\u{1F511}b')
  })
})
