import type { Kysely, QueryExecutorProvider, RawBuilder, SchemaModule } from 'kysely'
import type { StoreSchema } from '../schema.ts'

/**
 * Where SQL databases differ in what a table is made of. Text is `text` on all of them, and is compared
 * byte by byte.
 */
export interface SchemaDialect {
  /** Holds every integer that a JavaScript number holds exactly (53 bits). */
  readonly integerType: 'integer' | 'bigint'
  readonly bytesType: 'blob' | 'bytea'
  /** What stands behind the closing bracket of `create table`. */
  readonly tableEnd: RawBuilder<unknown>
  /** Keeps others out that take steps, until the transaction ends. */
  readonly lock: (transaction: Kysely<StoreSchema>) => Promise<void>
  /** The names of the tables that are in the place of the store. */
  readonly listTables: (db: Kysely<StoreSchema>) => Promise<readonly string[]>
  /** How to make a store where there is none, in words that follow "it never did,". */
  readonly howToMake: string
}

/**
 * What a step may use of the database: the schema builder and SQL as text. It knows no table by
 * type, because the types are those of the newest schema and a step is written against its own.
 */
export interface MigrationDatabase extends QueryExecutorProvider {
  readonly schema: SchemaModule
}

/**
 * One step of the schema, forward only. A released step never changes again: what is wrong with it
 * is mended by the next one.
 */
export interface Migration {
  /** For people who read the table of versions. */
  readonly name: string
  /** Runs in a transaction with the recording of its version. */
  readonly up: (db: MigrationDatabase, dialect: SchemaDialect) => Promise<void>
}
