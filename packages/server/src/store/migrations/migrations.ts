import { initialMigration } from './0001-initial.ts'
import { iamMigration } from './0002-iam.ts'
import { credentialReportsMigration } from './0003-credential-reports.ts'
import { policyVersionNumbersMigration } from './0004-policy-version-numbers.ts'
import { roleUsesMigration } from './0005-role-uses.ts'
import { trustPinsMigration } from './0006-trust-pins.ts'
import { keyLifeMigration } from './0007-key-life.ts'
import { contextProvidersMigration } from './0008-context-providers.ts'
import { instanceProfilesMigration } from './0009-instance-profiles.ts'
import { previousChangeMigration } from './0010-previous-change.ts'
import { issuerNamesMigration } from './0011-issuer-names.ts'
import { issuerReadersMigration } from './0012-issuer-readers.ts'
import { publicationsMigration } from './0013-publications.ts'
import { changeNoncesMigration } from './0014-change-nonces.ts'
import { dueKeysMigration } from './0015-due-keys.ts'
import type { Migration } from './migration.ts'

/** Every step in order; the version of the schema is the number of steps that it has had. */
export const MIGRATIONS: readonly Migration[] = [
  initialMigration,
  iamMigration,
  credentialReportsMigration,
  policyVersionNumbersMigration,
  roleUsesMigration,
  trustPinsMigration,
  keyLifeMigration,
  contextProvidersMigration,
  instanceProfilesMigration,
  previousChangeMigration,
  issuerNamesMigration,
  issuerReadersMigration,
  publicationsMigration,
  changeNoncesMigration,
  dueKeysMigration,
]
