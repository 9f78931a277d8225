import type { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { createAccessKeyStore } from './access-keys.ts'
import { createAccountReportStore } from './account-reports.ts'
import { createAccountStore } from './accounts.ts'
import { createAttachmentStore } from './attachments.ts'
import { createChangeFeed } from './change-feed.ts'
import { createControlPolicyStore } from './control-policies.ts'
import { createGroupStore } from './groups.ts'
import { createInlinePolicyStore } from './inline-policies.ts'
import { createIssuerStore } from './issuers.ts'
import { createLastUseStore } from './last-uses.ts'
import { createManagedPolicyStore } from './managed-policies.ts'
import { createMetaStore } from './meta.ts'
import { migrate } from './migrations/migrate.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import { createOidcProviderStore } from './oidc-providers.ts'
import type { Store } from './ports.ts'
import { createRoleStore } from './roles.ts'
import type { StoreSchema } from './schema.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from './sqlite-dialect.ts'
import { createOpenError, openSqliteFile } from './sqlite-file.ts'
import { createUserStore } from './users.ts'

/** Where the embedded store lives. */
export interface SqliteStoreOptions {
  /** The database file, made (0600) when it is missing; its directory must exist. `:memory:` keeps nothing. */
  readonly path: string
  /**
   * Looks at most once in a turn of the event loop for what others have committed; at every call when
   * left out. For a server: no request that begins after a commit is handled in a turn that began before.
   */
  readonly looksOncePerTurn?: boolean
}

/**
 * Opens the embedded store and brings its schema up to date. A write that has resolved is on the
 * disk. Several processes may have one file open; one process opens it once, because the wait for a
 * lock blocks its thread and so the holder's next step too.
 *
 * @throws StoreOpenError
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return createStoreOn(openSqliteFile(options.path), options.path, options.looksOncePerTurn)
}

/**
 * The store on a database that is open already; closes it with the store, and when it is no store.
 *
 * @param path for error texts
 * @throws StoreOpenError
 */
export async function createStoreOn(
  database: DatabaseSync,
  path: string,
  looksOncePerTurn = false,
): Promise<Store> {
  try {
    return await composeStore(database, looksOncePerTurn)
  } catch (error) {
    if (database.isOpen) database.close()
    throw createOpenError(path, error)
  }
}

async function composeStore(database: DatabaseSync, looksOncePerTurn: boolean): Promise<Store> {
  let ownCommits = 0
  const dialect = new NodeSqliteDialect(database, () => {
    ownCommits += 1
  })
  const db = new Kysely<StoreSchema>({ dialect })
  await migrate(db, SQLITE_SCHEMA_DIALECT, MIGRATIONS)

  // SQLite's own word on whether another connection has committed; says nothing of this one's commits.
  const dataVersion = database.prepare('pragma data_version')
  const readVersion = () => String(dataVersion.get()?.['data_version'])
  const findVersion = looksOncePerTurn ? oncePerTurn(readVersion) : readVersion
  const { takeChangedTopics } = await createChangeFeed(db, () => `${findVersion()} ${ownCommits}`)

  return {
    ...createAccountStore(db),
    ...createUserStore(db),
    ...createGroupStore(db),
    ...createRoleStore(db),
    ...createInlinePolicyStore(db),
    ...createAttachmentStore(db),
    ...createManagedPolicyStore(db),
    ...createOidcProviderStore(db),
    ...createControlPolicyStore(db),
    ...createAccessKeyStore(db),
    ...createLastUseStore(db),
    ...createAccountReportStore(db),
    ...createIssuerStore(db),
    ...createMetaStore(db),
    takeChangedTopics,
    async checkHealth() {
      await db.selectFrom('change_counter').select('sequence').executeTakeFirstOrThrow()
    },
    async close() {
      await db.destroy()
    },
  }
}

/**
 * Asking SQLite takes and gives back locks on the file: a sixth of what a call costs beside HTTP and
 * signing, unless the calls that arrive together share it.
 */
function oncePerTurn(read: () => string): () => string {
  let text: string | null = null
  return () => {
    if (text === null) {
      text = read()
      setImmediate(() => {
        text = null
      })
    }
    return text
  }
}
