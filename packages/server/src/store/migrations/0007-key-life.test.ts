import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import type { StoreSchema } from '../schema.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from '../sqlite/dialect.ts'
import { createStoreOn } from '../sqlite/sqlite-store.ts'
import { ACCOUNT_ID } from '../test/records.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'

it('has the keys of a database of version 6 sign on, and wants one more for each', async () => {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  onTestFinished(() => {
    if (database.isOpen) database.close()
  })
  const db = new Kysely<StoreSchema>({ dialect: new NodeSqliteDialect(database, () => undefined) })
  await migrate(db, SQLITE_SCHEMA_DIALECT, MIGRATIONS.slice(0, 6), { mayCreate: true })
  const jwk = '{"kty":"RSA","n":"n","e":"AQAB"}'
  database.exec(`
    insert into accounts values ('${ACCOUNT_ID}', 'aws', 'a', 1000, null);
    insert into federations values ('${ACCOUNT_ID}', 'issuer', 1, 1000);
    insert into issuer_keys
      (thumbprint, account_id, algorithm, generation, state, created_at_ms, public_jwk, sealed_private_key)
    values ('t', '${ACCOUNT_ID}', 'RS256', 0, 'active', 2000, '${jwk}', x'0102');
  `)
  const store = await createStoreOn(database, 'test')
  const none = { handle: null, binding: null, thumbprint: null, publicJwk: null, endedAtMs: null }
  const place = { accountId: ACCOUNT_ID, algorithm: 'RS256', createdAtMs: 2000, backend: 'local' }
  expect(await store.listIssuerKeys(ACCOUNT_ID)).toEqual([
    {
      ...place,
      generation: 0,
      state: 'active',
      thumbprint: 't',
      publicJwk: { kty: 'RSA', n: 'n', e: 'AQAB' },
      handle: Uint8Array.of(1, 2),
      binding: null,
      visibleAtMs: 2000,
      activatedAtMs: 2000,
      endedAtMs: null,
    },
    { ...place, ...none, generation: 1, state: 'intended', visibleAtMs: null, activatedAtMs: null },
  ])
  expect(database.prepare('pragma foreign_key_check').all()).toEqual([])
})
