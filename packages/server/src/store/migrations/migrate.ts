import type { Kysely } from 'kysely'
import { StoreOpenError } from '../failures.ts'
import type { StoreSchema } from '../schema.ts'
import type { Migration, SchemaDialect } from './migration.ts'

const VERSION_TABLE = 'credence_schema'

/**
 * Brings the database to the newest schema, each step in a transaction of its own. Several processes
 * may do it at once: each looks again at the version once it holds the lock. The very first step needs
 * `mayCreate`: without it, an empty database is taken for a store that was lost, and is refused.
 *
 * @throws StoreOpenError when a newer program has made the schema, when another program has made the
 * tables, or when there are none
 */
export async function migrate(
  db: Kysely<StoreSchema>,
  dialect: SchemaDialect,
  migrations: readonly Migration[],
  { mayCreate }: { readonly mayCreate: boolean },
): Promise<void> {
  for (;;) {
    const version = await loadVersion(db, dialect, migrations.length)
    if (version === 0 && !mayCreate) {
      throw new StoreOpenError(
        `The store holds nothing, not even its schema. If it held something, restore the backup; if it never did, ${dialect.howToMake}.`,
      )
    }
    if (version === migrations.length) return
    await db.transaction().execute(transaction => takeNextStep(transaction, dialect, migrations))
  }
}

async function takeNextStep(
  db: Kysely<StoreSchema>,
  dialect: SchemaDialect,
  migrations: readonly Migration[],
): Promise<void> {
  await dialect.lock(db)
  const version = await loadVersion(db, dialect, migrations.length)
  const next = migrations[version]
  if (next === undefined) return
  if (version === 0) await createVersionTable(db, dialect)
  await next.up(db, dialect)
  await db
    .insertInto(VERSION_TABLE)
    .values({ version: version + 1, name: next.name })
    .execute()
}

/** How many steps the database has had; 0 for an empty one. */
async function loadVersion(
  db: Kysely<StoreSchema>,
  { listTables }: SchemaDialect,
  newestVersion: number,
): Promise<number> {
  const tables = await listTables(db)
  if (tables.length === 0) return 0
  if (!tables.includes(VERSION_TABLE)) {
    throw new StoreOpenError(
      `The store is a database of another program: it has the table ${tables[0]} and no ${VERSION_TABLE}. Name one of its own.`,
    )
  }
  const row = await db
    .selectFrom(VERSION_TABLE)
    .select(eb => eb.fn.max('version').as('version'))
    .executeTakeFirst()
  const version = row?.version ?? 0
  if (version > newestVersion) {
    throw new StoreOpenError(
      `The store has schema version ${version}, made by a newer Credence; this one knows versions up to ${newestVersion}. Use the newer program: schemas are never taken back.`,
    )
  }
  return version
}

async function createVersionTable(db: Kysely<StoreSchema>, dialect: SchemaDialect): Promise<void> {
  await db.schema
    .createTable(VERSION_TABLE)
    .addColumn('version', dialect.integerType, column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .modifyEnd(dialect.tableEnd)
    .execute()
}
