import { type Infer, list, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { PolicyEntity } from '../../../store/iam-ports.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { arn, pageInput, pageOutput, path } from '../iam-shapes.ts'
import { loadPolicy, permissionsOnPolicy } from '../managed-policy.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('ListEntitiesForPolicyRequest', {
  policyArn: required(arn),
  entityFilter: optional(
    string({ values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] }),
  ),
  pathPrefix: optional(path),
  policyUsageFilter: optional(string({ values: ['PermissionsPolicy', 'PermissionsBoundary'] })),
  ...pageInput,
})

type Input = Infer<typeof input>

/** Lists who has a managed policy (AWS IAM API Reference: ListEntitiesForPolicy). */
export const listEntitiesForPolicy = defineIamOperation({
  name: 'ListEntitiesForPolicy',
  input,
  output: structure('ListEntitiesForPolicyResponse', {
    policyGroups: required(
      list(
        structure('PolicyGroup', { groupName: required(string()), groupId: required(string()) }),
      ),
    ),
    policyUsers: required(
      list(structure('PolicyUser', { userName: required(string()), userId: required(string()) })),
    ),
    policyRoles: required(
      list(structure('PolicyRole', { roleName: required(string()), roleId: required(string()) })),
    ),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) =>
    permissionsOnPolicy(call, 'iam:ListEntitiesForPolicy', policyArn),
  run,
})

async function run(request: Input, call: Call) {
  const { accountId, arn: policyArn } = await loadPolicy(call, request.policyArn)
  const entities = await call.services.store.listPolicyEntities(accountId, policyArn)
  const wanted = entities.filter(entity => isWanted(request, entity))
  // Who has it in both ways is listed once.
  const distinct = [...new Map(wanted.map(entity => [entity.id, entity])).values()]
  const page = cutPage(distinct, toPageRequest(request))
  const ofKind = (kind: PolicyEntity['kind']) => page.items.filter(entity => entity.kind === kind)
  return answer({
    policyGroups: ofKind('group').map(({ name, id }) => ({ groupName: name, groupId: id })),
    policyUsers: ofKind('user').map(({ name, id }) => ({ userName: name, userId: id })),
    policyRoles: ofKind('role').map(({ name, id }) => ({ roleName: name, roleId: id })),
    ...toPageOutput(page),
  })
}

function isWanted(request: Input, { kind, path: entityPath, usage }: PolicyEntity): boolean {
  const { entityFilter, pathPrefix = '/', policyUsageFilter } = request
  // Two values of the filter stand for policies, and no entity is one: IAM was seen to list nothing
  // then.
  const isOfKind = entityFilter === undefined || entityFilter.toLowerCase() === kind
  const usageName = usage === 'attached' ? 'PermissionsPolicy' : 'PermissionsBoundary'
  const isUsedSo = policyUsageFilter === undefined || policyUsageFilter === usageName
  return isOfKind && isUsedSo && entityPath.startsWith(pathPrefix)
}
