import { list, optional, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { loadPrincipal, type PrincipalKind, permissionsOnPrincipal } from '../iam-principal.ts'
import { attachedPolicy, pageInput, pageOutput, policyPath } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { POLICY_HOLDERS, toNamedParameters } from '../policy-holders.ts'

/** Lists the managed policies on a user (AWS IAM API Reference: ListAttachedUserPolicies). */
export const listAttachedUserPolicies = listOn('user', 'ListAttachedUserPolicies')

/** Lists the managed policies on a group (AWS IAM API Reference: ListAttachedGroupPolicies). */
export const listAttachedGroupPolicies = listOn('group', 'ListAttachedGroupPolicies')

/** Lists the managed policies on a role (AWS IAM API Reference: ListAttachedRolePolicies). */
export const listAttachedRolePolicies = listOn('role', 'ListAttachedRolePolicies')

function listOn(kind: PrincipalKind, operation: string) {
  const row = POLICY_HOLDERS[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.ofAttachedPolicies, row.wireName),
      pathPrefix: optional(policyPath),
      ...pageInput,
    }),
    output: structure(`${operation}Response`, {
      attachedPolicies: required(list(attachedPolicy)),
      ...pageOutput,
    }),
    effect: 'reads',
    rateClass: 'iam-read',
    requestParameters: toNamedParameters(row),
    permissions: ({ name }, call) => permissionsOnPrincipal(call, `iam:${operation}`, kind, name),
    run: async (input, call) => {
      const { accountId, id } = await loadPrincipal(call, kind, input.name)
      const { pathPrefix = '/' } = input
      const policies = await call.services.store.listAttachedPolicies(accountId, id)
      const page = cutPage(
        policies.filter(({ path }) => path.startsWith(pathPrefix)),
        toPageRequest(input),
      )
      return answer({
        attachedPolicies: page.items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })),
        ...toPageOutput(page),
      })
    },
  })
}
