import { listAwsManagedPolicies } from '../../../catalogue/aws-managed-policies.ts'
import type { ManagedPolicy } from '../../../principals/entities.ts'
import {
  boolean,
  defaulted,
  type Infer,
  list,
  optional,
  required,
  string,
  structure,
} from '../../../shapes/shape.ts'
import type { Page, PageRequest } from '../../../store/ports.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { type PolicyUses, policyShape, summarizePolicy, UNUSED } from '../iam-policy.ts'
import { pageInput, pageOutput, policyPath } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('ListPoliciesRequest', {
  scope: defaulted(string({ values: ['All', 'AWS', 'Local'] }), 'All'),
  onlyAttached: defaulted(boolean(), false),
  pathPrefix: defaulted(policyPath, '/'),
  policyUsageFilter: optional(string({ values: ['PermissionsPolicy', 'PermissionsBoundary'] })),
  ...pageInput,
})

type Input = Infer<typeof input>

/**
 * Lists managed policies: AWS's, the account's own, or both. A page can have fewer policies than asked
 * for, even none, while there are more (AWS IAM API Reference: ListPolicies).
 */
export const listPolicies = defineIamOperation({
  name: 'ListPolicies',
  input,
  output: structure('ListPoliciesResponse', {
    policies: required(list(policyShape)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ pathPrefix }) => [
    // AWS names the resource like this, so only a policy on `*` allows it.
    { action: 'iam:ListPolicies', resource: `policy path ${pathPrefix}`, context: [] },
  ],
  run,
})

async function run(request: Input, call: Call) {
  const page = await loadPolicies(request, call)
  const uses = await loadUses(call)
  const policies = page.items
    .map(policy => ({ policy, uses: uses.get(policy.arn) ?? UNUSED }))
    .filter(({ uses }) => isWanted(request, uses))
    .map(({ policy, uses }) => summarizePolicy(policy, uses))
  return answer({ policies, ...toPageOutput(page) })
}

/** All attachments are counted in one query, because AWS's policies alone are more than a thousand. */
async function loadUses({
  caller,
  services: { store },
}: Call): Promise<ReadonlyMap<string, PolicyUses>> {
  const rows = await store.countPolicyUses(caller.account.id)
  return new Map(
    rows.map(({ arn, attachmentCount, boundaryCount }) => [
      arn,
      { attachmentCount, permissionsBoundaryUsageCount: boundaryCount },
    ]),
  )
}

/** IAM was seen to look at the usage filter only when it lists attached policies alone. */
function isWanted({ onlyAttached, policyUsageFilter }: Input, uses: PolicyUses): boolean {
  if (!onlyAttached) return true
  const isAttached = uses.attachmentCount > 0
  const isBoundary = uses.permissionsBoundaryUsageCount > 0
  if (policyUsageFilter === undefined) return isAttached || isBoundary
  return policyUsageFilter === 'PermissionsPolicy' ? isAttached : isBoundary
}

/** Begins a marker in the account's own policies, which are listed after AWS's. */
const OWN = 'own.'

async function loadPolicies(request: Input, call: Call): Promise<Page<ManagedPolicy>> {
  const page = toPageRequest(request)
  if (request.scope === 'Local') return loadOwnPolicies(request, page, call)
  if (page.marker?.startsWith(OWN) && request.scope === 'All') {
    const marker = page.marker.slice(OWN.length)
    return markOwn(await loadOwnPolicies(request, { ...page, marker: marker || null }, call))
  }
  const aws = cutPage(listAwsPolicies(request, call), page)
  if (request.scope === 'AWS' || aws.nextMarker !== null) return aws
  const maxItems = page.maxItems - aws.items.length
  if (maxItems === 0) return { items: aws.items, nextMarker: OWN }
  const own = markOwn(await loadOwnPolicies(request, { marker: null, maxItems }, call))
  return { items: [...aws.items, ...own.items], nextMarker: own.nextMarker }
}

function listAwsPolicies(
  { pathPrefix }: Input,
  { caller: { account } }: Call,
): readonly ManagedPolicy[] {
  return listAwsManagedPolicies(account.partition, pathPrefix).map(policy => ({
    ...policy,
    accountId: account.id,
  }))
}

function loadOwnPolicies(
  { pathPrefix }: Input,
  page: PageRequest,
  { caller, services }: Call,
): Promise<Page<ManagedPolicy>> {
  return loadPage(services.store.listManagedPolicies(caller.account.id, { ...page, pathPrefix }))
}

function markOwn({ items, nextMarker }: Page<ManagedPolicy>): Page<ManagedPolicy> {
  return { items, nextMarker: nextMarker === null ? null : OWN + nextMarker }
}
