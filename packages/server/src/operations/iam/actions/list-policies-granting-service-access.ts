import {
  boolean,
  type Infer,
  list,
  optional,
  required,
  string,
  structure,
} from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { type GrantingPolicy, listGrantingPolicies, selectGranting } from '../granting-policies.ts'
import { arn, pageInput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { serviceNamespace } from '../service-access.ts'
import { loadSource, permissionsOnSource } from '../simulated-principal.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('ListPoliciesGrantingServiceAccessRequest', {
  marker: pageInput.marker,
  arn: required(arn),
  serviceNamespaces: required(list(serviceNamespace, { minItems: 1, maxItems: 200 })),
})

const policyGrantingServiceAccess = structure('PolicyGrantingServiceAccess', {
  policyName: required(string()),
  policyType: required(string()),
  policyArn: optional(string()),
  entityType: optional(string()),
  entityName: optional(string()),
})

const entry = structure('ListPoliciesGrantingServiceAccessEntry', {
  serviceNamespace: optional(string()),
  policies: optional(list(policyGrantingServiceAccess)),
})

/**
 * Lists by which policies a user, group or role may use services, whatever others deny (AWS IAM API
 * Reference: ListPoliciesGrantingServiceAccess).
 */
export const listPoliciesGrantingServiceAccess = defineIamOperation({
  name: 'ListPoliciesGrantingServiceAccess',
  input,
  output: structure('ListPoliciesGrantingServiceAccessResponse', {
    policiesGrantingServiceAccess: required(list(entry)),
    isTruncated: required(boolean()),
    marker: optional(string()),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (request, call) =>
    permissionsOnSource(call, 'iam:ListPoliciesGrantingServiceAccess', request.arn),
  run,
})

async function run(request: Infer<typeof input>, call: Call) {
  const policies = await listGrantingPolicies(call, await loadSource(call, request.arn))
  const entries = request.serviceNamespaces.map(namespace => ({
    serviceNamespace: namespace,
    policies: listDistinct(selectGranting(policies, namespace)).map(toGrantingOutput),
  }))
  return answer({ policiesGrantingServiceAccess: entries, isTruncated: false })
}

/** A managed policy counts once, by whatever ways it comes. */
function listDistinct(policies: readonly GrantingPolicy[]): readonly GrantingPolicy[] {
  const keys = policies.map(
    ({ arn: policyArn, holder, name }) => policyArn ?? `${holder.id} ${name}`,
  )
  return policies.filter((_, index) => keys.indexOf(keys[index] ?? '') === index)
}

/** Only inline policies have an entity: the one that they are in. */
function toGrantingOutput({ name, arn: policyArn, holder }: GrantingPolicy) {
  if (policyArn !== null) return { policyName: name, policyType: 'MANAGED', policyArn }
  return {
    policyName: name,
    policyType: 'INLINE',
    entityType: holder.kind.toUpperCase(),
    entityName: holder.name,
  }
}
