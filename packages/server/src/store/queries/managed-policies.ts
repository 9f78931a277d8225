import { type Kysely, type Selectable, sql } from 'kysely'
import { findAwsManagedPolicy } from '../../catalogue/aws-managed-policies.ts'
import type { ManagedPolicy, ManagedPolicyVersion } from '../../principals/entities.ts'
import type { AccountId } from '../../principals/identifiers.ts'
import type { ManagedPolicyStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { ManagedPoliciesTable, ManagedPolicyVersionsTable, StoreSchema } from '../schema.ts'
import { formatManagedPolicyTopic } from '../topics.ts'
import { createAwsManagedPolicy } from './aws-managed-policies.ts'
import { parseTagsColumn } from './json-columns.ts'
import { formatNameKey } from './names.ts'
import { createPage, parsePageRequest } from './paging.ts'
import { isUnderPath } from './paths.ts'
import type { StoreAccess } from './write.ts'

/**
 * Managed policies in an SQL database, and AWS's, which come with the program. Listed by name; versions
 * by number.
 */
export function createManagedPolicyStore({ db, write }: StoreAccess): ManagedPolicyStore {
  return {
    async createManagedPolicy(policy, firstVersion) {
      const { accountId, name, arn } = policy
      if (policy.defaultVersionId !== firstVersion.versionId) {
        throw new RangeError(`the first version of ${arn} must be its default version`)
      }
      const texts = {
        unique: `Account ${accountId} already has a managed policy ${name}.`,
        reference: `There is no account ${accountId}.`,
      }
      await write(texts, async transaction => {
        const newest_version_number = readNumber(firstVersion)
        await transaction
          .insertInto('managed_policies')
          .values({ ...createRow(policy), newest_version_number })
          .execute()
        await insertVersion(transaction, policy, firstVersion)
        return [formatManagedPolicyTopic(arn)]
      })
    },

    async findManagedPolicy(accountId, arn) {
      const aws = createAwsManagedPolicy(accountId, arn)
      if (aws !== null) return aws
      const row = await db
        .selectFrom('managed_policies')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('arn', '=', arn)
        .executeTakeFirst()
      return row === undefined ? null : createManagedPolicyFromRow(row)
    },

    async listManagedPolicies(accountId, page) {
      const listing = `managed-policies ${accountId}`
      const { afterKey, rowCount } = parsePageRequest(listing, page)
      const rows = await db
        .selectFrom('managed_policies')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('name_key', '>', afterKey)
        .whereRef('name_key', '!=', 'arn')
        .where(isUnderPath(page.pathPrefix))
        .orderBy('name_key')
        .limit(rowCount)
        .execute()
      return createPage(listing, page, rows, row => row.name_key, createManagedPolicyFromRow)
    },

    async saveManagedPolicy(policy) {
      await write({}, async transaction => {
        await updatePolicy(transaction, policy)
        await requireDefaultVersion(transaction, policy)
        return [formatManagedPolicyTopic(policy.arn)]
      })
    },

    async deleteManagedPolicy(accountId, arn) {
      await write({}, async transaction => {
        if (await isInUse(transaction, accountId, arn)) {
          throw new StoreError('conflict', `${arn} is attached, or somebody's boundary.`)
        }
        const { numDeletedRows } = await transaction
          .deleteFrom('managed_policies')
          .where('account_id', '=', accountId)
          .where('arn', '=', arn)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingPolicyError(accountId, arn)
        return [formatManagedPolicyTopic(arn)]
      })
    },

    async createPolicyVersion(policy, version) {
      const texts = { unique: `${policy.arn} already has a version ${version.versionId}.` }
      await write(texts, async transaction => {
        await updatePolicy(transaction, policy)
        await insertVersion(transaction, policy, version)
        await raiseVersionNumber(transaction, policy, readNumber(version))
        await requireDefaultVersion(transaction, policy)
        return [formatManagedPolicyTopic(policy.arn)]
      })
    },

    async listPolicyVersions(accountId, arn) {
      const aws = findAwsManagedPolicy(arn)
      if (aws !== null) return [aws.version]
      const rows = await db
        .selectFrom('managed_policy_versions')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('policy_arn', '=', arn)
        // By number, `v10` comes after `v9`. The numbers tell the order of creation even when a clock
        // was set.
        .orderBy(sql`length(version_id)`, 'desc')
        .orderBy('version_id', 'desc')
        .execute()
      return rows.map(createVersionFromRow)
    },

    async findNewestVersionNumber(accountId, arn) {
      const row = await db
        .selectFrom('managed_policies')
        .select('newest_version_number')
        .where('account_id', '=', accountId)
        .where('arn', '=', arn)
        .executeTakeFirst()
      return row === undefined ? null : row.newest_version_number
    },

    async deletePolicyVersion(accountId, arn, versionId) {
      await write({}, async transaction => {
        const policy = await transaction
          .selectFrom('managed_policies')
          .select('default_version_id')
          .where('account_id', '=', accountId)
          .where('arn', '=', arn)
          .executeTakeFirst()
        if (policy?.default_version_id === versionId) {
          throw new StoreError('conflict', `${versionId} is the default version of ${arn}.`)
        }
        const { numDeletedRows } = await transaction
          .deleteFrom('managed_policy_versions')
          .where('account_id', '=', accountId)
          .where('policy_arn', '=', arn)
          .where('version_id', '=', versionId)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingVersionError(arn, versionId)
        return [formatManagedPolicyTopic(arn)]
      })
    },
  }
}

async function updatePolicy(db: Kysely<StoreSchema>, policy: ManagedPolicy): Promise<void> {
  const { tags, default_version_id, updated_at_ms } = createRow(policy)
  const { numUpdatedRows } = await db
    .updateTable('managed_policies')
    .set({ tags, default_version_id, updated_at_ms })
    .where('account_id', '=', policy.accountId)
    .where('arn', '=', policy.arn)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw createMissingPolicyError(policy.accountId, policy.arn)
}

async function insertVersion(
  db: Kysely<StoreSchema>,
  { accountId, arn }: ManagedPolicy,
  version: ManagedPolicyVersion,
): Promise<void> {
  await db
    .insertInto('managed_policy_versions')
    .values({
      account_id: accountId,
      policy_arn: arn,
      version_id: version.versionId,
      document: version.document,
      created_at_ms: version.createdAtMs,
    })
    .execute()
}

async function raiseVersionNumber(
  db: Kysely<StoreSchema>,
  { accountId, arn }: ManagedPolicy,
  number: number,
): Promise<void> {
  await db
    .updateTable('managed_policies')
    .set({ newest_version_number: number })
    .where('account_id', '=', accountId)
    .where('arn', '=', arn)
    .where('newest_version_number', '<', number)
    .execute()
}

/** The number in a version's id. */
function readNumber({ versionId }: ManagedPolicyVersion): number {
  const number = Number(/^v([1-9]\d{0,8})$/.exec(versionId)?.[1])
  if (Number.isNaN(number)) throw new RangeError(`${versionId} is not the id of a policy version`)
  return number
}

async function requireDefaultVersion(
  db: Kysely<StoreSchema>,
  { accountId, arn, defaultVersionId }: ManagedPolicy,
): Promise<void> {
  const row = await db
    .selectFrom('managed_policy_versions')
    .select('version_id')
    .where('account_id', '=', accountId)
    .where('policy_arn', '=', arn)
    .where('version_id', '=', defaultVersionId)
    .executeTakeFirst()
  if (row === undefined) throw createMissingVersionError(arn, defaultVersionId)
}

async function isInUse(
  db: Kysely<StoreSchema>,
  accountId: AccountId,
  arn: string,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from policy_attachments where account_id = ${accountId} and policy_arn = ${arn}
    union all
    select 1 from users where account_id = ${accountId} and permissions_boundary_arn = ${arn}
    union all
    select 1 from roles where account_id = ${accountId} and permissions_boundary_arn = ${arn}
    limit 1
  `.execute(db)
  return rows.length > 0
}

function createRow(policy: ManagedPolicy): Omit<ManagedPoliciesTable, 'newest_version_number'> {
  return {
    account_id: policy.accountId,
    arn: policy.arn,
    id: policy.id,
    name: policy.name,
    name_key: formatNameKey(policy.name),
    path: policy.path,
    description: policy.description,
    default_version_id: policy.defaultVersionId,
    created_at_ms: policy.createdAtMs,
    updated_at_ms: policy.updatedAtMs,
    tags: JSON.stringify(policy.tags),
  }
}

/** The managed policy of a row. @throws StoreFailure when the row is damaged */
export function createManagedPolicyFromRow(row: Selectable<ManagedPoliciesTable>): ManagedPolicy {
  return {
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    path: row.path,
    arn: row.arn,
    description: row.description,
    defaultVersionId: row.default_version_id,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    tags: parseTagsColumn(row.tags),
  }
}

function createVersionFromRow(row: Selectable<ManagedPolicyVersionsTable>): ManagedPolicyVersion {
  return { versionId: row.version_id, document: row.document, createdAtMs: row.created_at_ms }
}

function createMissingPolicyError(accountId: AccountId, arn: string): StoreError {
  return new StoreError('missing', `Account ${accountId} has no managed policy ${arn}.`)
}

function createMissingVersionError(arn: string, versionId: string): StoreError {
  return new StoreError('missing', `${arn} has no version ${versionId}.`)
}
