import { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFaultProxy } from '../../../test/support/fault-proxy.ts'
import {
  ADMINISTRATOR,
  type Cluster,
  MISSING_POSTGRES,
  startCluster,
} from '../../../test/support/postgres/cluster.ts'
import { findFreePort } from '../../http/free-port.ts'
import { createSelfSigned, createSignedBy } from '../../http/test/self-signed.ts'
import { StoreOpenError } from '../failures.ts'
import { migrate } from '../migrations/migrate.ts'
import { MIGRATIONS } from '../migrations/migrations.ts'
import type { StoreSchema } from '../schema.ts'
import { ACCOUNT_ID, createAccount } from '../test/records.ts'
import type { PostgresConnection } from './connection.ts'
import { LimitedPostgresDialect, POSTGRES_SCHEMA_DIALECT } from './dialect.ts'
import { createPool } from './pool.ts'
import { createConnection, openStore } from './test/open-store.ts'
import { BYTEWISE_TEXT } from './text-columns.ts'

const PASSWORD = 'correct horse'
const AUTHORITY = createSelfSigned('authority.test')
const CLIENT_AUTHORITY = createSelfSigned('clients.test')
const CLIENT = createSignedBy(CLIENT_AUTHORITY, 'clients.test', ADMINISTRATOR)
const STRANGER = createSignedBy(CLIENT_AUTHORITY, 'clients.test', 'stranger')

async function messageOf(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => new Error('it was opened'),
    error => error,
  )
  expect(error).toBeInstanceOf(StoreOpenError)
  return error.message
}

describe.skipIf(MISSING_POSTGRES !== null)('a database', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  it('without tables is refused, and by no start made a store', async () => {
    const connection = createConnection(cluster, await cluster.createDatabase())
    expect(await messageOf(openStore(connection, { mayCreate: false }))).toBe(
      'The store holds nothing, not even its schema. If it held something, restore the backup; if it never did, make a store in it with `credence init`.',
    )
  })

  it('of another program is refused', async () => {
    const database = await cluster.createDatabase()
    await cluster.run('create table recipes (name text)', database)
    expect(await messageOf(openStore(createConnection(cluster, database)))).toBe(
      'The store is a database of another program: it has the table recipes and no credence_schema. Name one of its own.',
    )
  })

  it('with a schema of a newer program is refused, and nothing in it changed', async () => {
    const database = await cluster.createDatabase()
    const connection = createConnection(cluster, database)
    await (await openStore(connection)).close()
    const newer = MIGRATIONS.length + 1
    await cluster.run(`insert into credence_schema values (${newer}, 'newer')`, database)
    expect(await messageOf(openStore(connection))).toBe(
      `The store has schema version ${newer}, made by a newer Credence; this one knows versions up to ${MIGRATIONS.length}. Use the newer program: schemas are never taken back.`,
    )
  })

  it('gets its tables once, when several begin at the same time', async () => {
    const database = await cluster.createDatabase()
    const connection = createConnection(cluster, database)
    const stores = await Promise.all([1, 2, 3].map(() => openStore(connection)))
    expect(
      await cluster.run('select name from credence_schema order by version', database),
    ).toEqual(MIGRATIONS.map(({ name }) => ({ name })))
    for (const store of stores) await store.close()
  })

  it.each(MIGRATIONS.map((_, version) => version))(
    'of schema version %i is brought up to date',
    async version => {
      const database = await cluster.createDatabase()
      const connection = createConnection(cluster, database)
      const pool = createPool(connection, 1)
      const limits = { lockTimeoutMs: 5_000, statementTimeoutMs: 5_000, idleTimeoutMs: 5_000 }
      const db = new Kysely<StoreSchema>({ dialect: new LimitedPostgresDialect({ pool }, limits) })
      const older = MIGRATIONS.slice(0, version)
      await migrate(db.withPlugin(BYTEWISE_TEXT), POSTGRES_SCHEMA_DIALECT, older, {
        mayCreate: true,
      })
      await pool.end()
      const store = await openStore(connection)
      await store.createAccount(createAccount(ACCOUNT_ID))
      expect(await store.findAccount(ACCOUNT_ID)).toEqual(createAccount(ACCOUNT_ID))
      await store.close()
      expect(
        await cluster.run('select name from credence_schema order by version', database),
      ).toEqual(MIGRATIONS.map(({ name }) => ({ name })))
    },
  )

  it('compares every text byte by byte, whatever its language', async () => {
    const database = await cluster.createDatabase()
    await (await openStore(createConnection(cluster, database))).close()
    const others = await cluster.run(
      `select c.relname, a.attname from pg_attribute a
       join pg_class c on c.oid = a.attrelid and c.relnamespace = 'public'::regnamespace
       where a.atttypid = 'text'::regtype and a.attnum > 0 and not a.attisdropped
       and a.attcollation <> (select oid from pg_collation where collname = 'C')`,
      database,
    )
    expect(others).toEqual([])
  })

  it('that is not there, or takes no such user, is told by its name', async () => {
    expect(await messageOf(openStore(createConnection(cluster, 'absent')))).toBe(
      `The store in the database absent at ${cluster.socket}, port ${cluster.port} cannot be opened: there is no such database.`,
    )
    const user = { ...createConnection(cluster, 'postgres'), user: 'nobody' }
    expect(await messageOf(openStore(user))).toContain('cannot be opened: the database refuses')
  })

  it('that has not the rights of an owner for the user says so', async () => {
    const database = await cluster.createDatabase()
    await cluster.run('create role guest login')
    const connection = { ...createConnection(cluster, database), user: 'guest' }
    expect(await messageOf(openStore(connection))).toContain(
      'the user has not the rights that it needs in the database',
    )
  })

  it('that cannot be reached is told by what is in the way', async () => {
    const nowhere = { ...createConnection(cluster, 'store'), connectTimeoutMs: 500 }
    const closed = { ...nowhere, host: '127.0.0.1', port: await findFreePort('127.0.0.1') }
    expect(await messageOf(openStore(closed))).toBe(
      `The store in the database store at 127.0.0.1:${closed.port} cannot be opened: the database cannot be reached: nobody listens there.`,
    )
    expect(await messageOf(openStore({ ...nowhere, host: 'db.invalid' }))).toMatch(
      /its host name (?:is not known|cannot be looked up now)\.$/,
    )
    expect(await messageOf(openStore({ ...nowhere, host: '/nowhere' }))).toContain(
      'there is no such socket',
    )
    await using silent = await startFaultProxy({ host: '127.0.0.1', port: cluster.port })
    silent.set('swallow')
    const mute = { ...nowhere, host: '127.0.0.1', port: silent.port }
    expect(await messageOf(openStore(mute))).toMatch(
      /the database does not answer|the connection to the database was cut/,
    )
  })

  it('that takes no more connections says so', async () => {
    const database = await cluster.createDatabase()
    const connection = createConnection(cluster, database)
    await (await openStore(connection)).close()
    await cluster.run(`alter database ${database} connection limit 0`)
    await cluster.run('create role limited login')
    expect(await messageOf(openStore({ ...connection, user: 'limited' }))).toContain(
      'the database takes no more connections',
    )
  })
})

describe.skipIf(MISSING_POSTGRES !== null)('a database that asks who is there', () => {
  let cluster: Cluster
  let secure: PostgresConnection
  beforeAll(async () => {
    const certificate = createSignedBy(AUTHORITY, 'authority.test', 'localhost')
    cluster = await startCluster({
      security: { certificate, password: PASSWORD, clientAuthority: CLIENT_AUTHORITY.cert },
    })
    secure = {
      ...createConnection(cluster, await cluster.createDatabase()),
      host: 'localhost',
      password: PASSWORD,
      tls: { ca: AUTHORITY.cert, client: CLIENT },
    }
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  it('is opened with the right authority, certificate and password', async () => {
    const store = await openStore(secure)
    await store.createAccount(createAccount(ACCOUNT_ID))
    expect(await store.findAccount(ACCOUNT_ID)).toEqual(createAccount(ACCOUNT_ID))
    await store.close()
  })

  it.each<readonly [string, Partial<PostgresConnection>, RegExp]>([
    ['a wrong password', { password: 'wrong' }, /the database refuses the user or its password/],
    ['no password', { password: null }, /the database asks for a password|refuses the user/],
    [
      'an authority that nobody trusts',
      { tls: { ca: null, client: CLIENT } },
      /certificate of the database is refused/,
    ],
    [
      'another authority',
      { tls: { ca: CLIENT_AUTHORITY.cert, client: CLIENT } },
      /certificate of the database is refused/,
    ],
    ['another name', { host: '127.0.0.1' }, /certificate of the database is refused/],
    ['no TLS', { tls: null }, /the database refuses the user/],
    [
      'no client certificate',
      { tls: { ca: AUTHORITY.cert, client: null } },
      /the database refuses the user/,
    ],
    [
      'the certificate of somebody else',
      { tls: { ca: AUTHORITY.cert, client: STRANGER } },
      /the database refuses the user/,
    ],
  ])('is not opened with %s', async (_, difference, message) => {
    const opening = openStore({ ...secure, ...difference })
    expect(await messageOf(opening)).toMatch(message)
    expect(await messageOf(openStore({ ...secure, ...difference }))).not.toContain(PASSWORD)
  })
})
