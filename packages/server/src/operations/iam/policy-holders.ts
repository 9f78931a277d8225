import { requireHolder, requireRole } from '../../changes/lookups.ts'
import type { PolicyHolder } from '../../changes/policy-holder.ts'
import { refuseServiceLinked } from '../../changes/roles.ts'
import type { Turn } from '../../changes/turn.ts'
import type { StringShape } from '../../shapes/shape.ts'
import type { Call, Outcome } from '../operation.ts'
import type { PrincipalKind } from './iam-principal.ts'
import { existingUserName, groupName, roleName, userName } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { DONE } from './outcome.ts'
import { toRequestParameters } from './to-request-parameters.ts'

/** How the operations on the policies of one kind of entity name the entity. */
interface PolicyHolderRow {
  /** The member of inputs and outputs on the wire. */
  readonly wireName: string
  /** What the audit calls it. */
  readonly auditName: string
  /** The constraints where inline policies are concerned. */
  readonly ofInlinePolicies: StringShape
  /** The constraints where attached policies are concerned. */
  readonly ofAttachedPolicies: StringShape
}

/** What policies stand in and are attached to: the operations on them are the same for every kind. */
export const POLICY_HOLDERS: Readonly<Record<PrincipalKind, PolicyHolderRow>> = {
  user: {
    wireName: 'UserName',
    auditName: 'userName',
    ofInlinePolicies: existingUserName,
    ofAttachedPolicies: userName,
  },
  group: {
    wireName: 'GroupName',
    auditName: 'groupName',
    ofInlinePolicies: groupName,
    ofAttachedPolicies: groupName,
  },
  role: {
    wireName: 'RoleName',
    auditName: 'roleName',
    ofInlinePolicies: roleName,
    ofAttachedPolicies: roleName,
  },
}

/** What the audit keeps of an input that has the name of an entity as `name`. */
export function toNamedParameters({ auditName }: { readonly auditName: string }) {
  return ({
    name,
    ...rest
  }: { readonly name: string } & Parameters<typeof toRequestParameters>[0]) =>
    toRequestParameters({ [auditName]: name, ...rest })
}

/**
 * Does something to the policies of an entity of the caller's account.
 * @throws ServiceError `NoSuchEntity`; `UnmodifiableEntity` for a role that is linked to a service
 */
export async function changeHolder(
  call: Call,
  kind: PrincipalKind,
  name: string,
  work: (turn: Turn, holder: PolicyHolder) => Promise<void>,
): Promise<Outcome<null>> {
  await inTurn(call, async turn => {
    const { id } = call.caller.account
    if (kind === 'role') refuseServiceLinked(await requireRole(turn.store, id, name))
    await work(turn, await requireHolder(turn.store, id, kind, name))
  })
  return DONE
}
