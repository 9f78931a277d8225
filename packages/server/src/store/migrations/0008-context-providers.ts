import type { Migration } from './migration.ts'

/** Which claims of a provider's tokens sessions keep; the providers that are there keep none. */
export const contextProvidersMigration: Migration = {
  name: 'context providers',
  async up(db) {
    await db.schema.alterTable('oidc_providers').addColumn('context_provider', 'text').execute()
  },
}
