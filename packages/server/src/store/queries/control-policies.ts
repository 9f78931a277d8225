import type { Selectable } from 'kysely'
import type { ControlPolicy, ControlPolicyStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { ControlPoliciesTable } from '../schema.ts'
import { formatOrganizationTopic } from '../topics.ts'
import type { StoreAccess } from './write.ts'

/** Service and resource control policies in an SQL database. Listed by target, kind and name. */
export function createControlPolicyStore({ db, write }: StoreAccess): ControlPolicyStore {
  return {
    async saveControlPolicy({ organizationId, targetId, kind, name, document }) {
      await write({}, async transaction => {
        await transaction
          .insertInto('control_policies')
          .values({
            organization_id: organizationId,
            target_id: targetId,
            kind,
            name,
            document,
          })
          .onConflict(conflict =>
            conflict
              .columns(['organization_id', 'target_id', 'kind', 'name'])
              .doUpdateSet({ document }),
          )
          .execute()
        return [formatOrganizationTopic(organizationId)]
      })
    },

    async listControlPolicies(organizationId, targetIds) {
      if (targetIds.length === 0) return []
      const rows = await db
        .selectFrom('control_policies')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('target_id', 'in', targetIds)
        .orderBy('name')
        .orderBy('kind')
        .execute()
      return rows
        .map(createControlPolicyFromRow)
        .toSorted((a, b) => targetIds.indexOf(a.targetId) - targetIds.indexOf(b.targetId))
    },

    async listOrganizationPolicies(organizationId) {
      const rows = await db
        .selectFrom('control_policies')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('target_id')
        .orderBy('kind')
        .orderBy('name')
        .execute()
      return rows.map(createControlPolicyFromRow)
    },

    async deleteControlPolicy({ organizationId, targetId, kind, name }) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('control_policies')
          .where('organization_id', '=', organizationId)
          .where('target_id', '=', targetId)
          .where('kind', '=', kind)
          .where('name', '=', name)
          .executeTakeFirst()
        if (numDeletedRows === 0n) {
          throw new StoreError(
            'missing',
            `${targetId} of ${organizationId} has no ${kind} ${name}.`,
          )
        }
        return [formatOrganizationTopic(organizationId)]
      })
    },
  }
}

function createControlPolicyFromRow(row: Selectable<ControlPoliciesTable>): ControlPolicy {
  return {
    organizationId: row.organization_id,
    targetId: row.target_id,
    kind: row.kind,
    name: row.name,
    document: row.document,
  }
}
