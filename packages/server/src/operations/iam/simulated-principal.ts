import { isAwsManagedPolicyArn } from '../../catalogue/aws-managed-policies.ts'
import { ServiceError } from '../../errors.ts'
import { parseArn } from '../../principals/arn.ts'
import type { ManagedPolicy } from '../../principals/entities.ts'
import type { Infer } from '../../shapes/shape.ts'
import type { Call, Permission } from '../operation.ts'
import {
  type IamPrincipal,
  loadPrincipal,
  type PrincipalKind,
  permissionsOnPrincipal,
} from './iam-principal.ts'
import { loadDefaultDocument, loadPolicy } from './managed-policy.ts'
import {
  createSimulatedPolicy,
  type SimulatedPolicies,
  type SimulatedPolicy,
} from './simulated-policies.ts'
import type { policyExclusionList } from './simulation-shapes.ts'

/** What a simulation of a principal leaves out. */
export type PolicyExclusions = Infer<typeof policyExclusionList>

/** Whom the ARN of a policy source names; IAM was seen not to look at the path. Null for anything else. */
function parseSourceArn(
  text: string,
  { caller: { account } }: Call,
): { readonly kind: PrincipalKind; readonly name: string } | null {
  const arn = parseArn(text)
  const match = /^(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn?.resource ?? '')
  if (match === null || arn?.service !== 'iam' || arn.account !== account.id) return null
  const [, kind, name = ''] = match
  return kind === 'user' || kind === 'group' || kind === 'role' ? { kind, name } : null
}

/** The permission for an action on the source of policies: on what it names, or on the text as it is. */
export async function permissionsOnSource(
  call: Call,
  action: `iam:${string}`,
  text: string,
): Promise<readonly Permission[]> {
  const source = parseSourceArn(text, call)
  if (source === null) return [{ action, resource: text, context: [] }]
  return permissionsOnPrincipal(call, action, source.kind, source.name)
}

/** The user, group or role that is a source of policies. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function loadSource(call: Call, text: string): Promise<IamPrincipal> {
  const source = parseSourceArn(text, call)
  if (source !== null) return loadPrincipal(call, source.kind, source.name)
  throw new ServiceError(
    'InvalidInput',
    `Invalid Entity Arn: ${text} does not clearly define entity type and name.`,
  )
}

/** Every policy in the store that applies to a principal, but those that are to be left out. */
export async function loadPrincipalPolicies(
  call: Call,
  principal: IamPrincipal,
  exclusions: PolicyExclusions = [],
): Promise<SimulatedPolicies> {
  const boundaryArn = principal.permissionsBoundaryArn
  const isTypeExcluded = (type: string) => exclusions.some(({ policyType }) => policyType === type)
  const holders = await listHolders(call, principal)
  return {
    identity: [
      ...(await loadInline(call, holders, exclusions)),
      ...(await loadAttached(call, holders, exclusions)),
    ],
    boundary:
      boundaryArn === null || isTypeExcluded('permission-boundary')
        ? null
        : await loadManaged(call, await loadPolicy(call, boundaryArn)),
    organization: await loadOrganization(call, isTypeExcluded),
  }
}

/** Whose policies count: a principal or one of its groups. */
export type Holder = Pick<IamPrincipal, 'kind' | 'accountId' | 'id' | 'name'>

/** The principal, and the groups of a user. */
export async function listHolders(
  { services: { store } }: Call,
  principal: IamPrincipal,
): Promise<readonly Holder[]> {
  if (principal.kind !== 'user') return [principal]
  const groups = await store.listGroupsOfUser(principal.accountId, principal.id)
  return [principal, ...groups.map(group => ({ kind: 'group' as const, ...group }))]
}

async function loadInline(
  { services: { store } }: Call,
  holders: readonly Holder[],
  exclusions: PolicyExclusions,
): Promise<readonly SimulatedPolicy[]> {
  const lists = holders.map(async ({ kind, accountId, id, name: owner }) => {
    const policies = await store.listInlinePolicies(accountId, id)
    return policies
      .filter(({ name }) => !exclusions.some(exclusion => isInline(exclusion, kind, owner, name)))
      .map(({ name, document }) =>
        createSimulatedPolicy(`${kind}_${owner}_${name}`, document, 'identity'),
      )
  })
  return (await Promise.all(lists)).flat()
}

function isInline(
  { policyType, inlinePolicyIdentifier: identifier }: PolicyExclusions[number],
  kind: PrincipalKind,
  owner: string,
  name: string,
): boolean {
  if (policyType === 'inline') return true
  return (
    identifier?.attachmentType === kind &&
    identifier.attachmentName === owner &&
    identifier.policyName === name
  )
}

/** A policy that comes by several ways counts once. */
async function loadAttached(
  call: Call,
  holders: readonly Holder[],
  exclusions: PolicyExclusions,
): Promise<readonly SimulatedPolicy[]> {
  const { store } = call.services
  const lists = await Promise.all(
    holders.map(({ accountId, id }) => store.listAttachedPolicies(accountId, id)),
  )
  const distinct = new Map(lists.flat().map(policy => [policy.arn, policy]))
  const wanted = [...distinct.values()].filter(
    policy => !exclusions.some(exclusion => isManaged(exclusion, policy)),
  )
  return Promise.all(wanted.map(policy => loadManaged(call, policy)))
}

/** IAM was seen to know a policy by an ARN without its path too. */
function isManaged(
  { policyType, policyArn }: PolicyExclusions[number],
  { arn, path, name }: ManagedPolicy,
): boolean {
  const isAws = isAwsManagedPolicyArn(arn)
  if (policyType === (isAws ? 'aws-managed' : 'user-managed')) return true
  const pathless = `${arn.slice(0, arn.length - path.length - name.length)}/${name}`
  return policyArn === arn || policyArn === pathless
}

async function loadManaged(call: Call, policy: ManagedPolicy): Promise<SimulatedPolicy> {
  return createSimulatedPolicy(policy.name, await loadDefaultDocument(call, policy), 'identity')
}

/** The control policies that bind the account of the principal, which is the caller's. */
async function loadOrganization(
  { caller, services: { directory } }: Call,
  isTypeExcluded: (type: string) => boolean,
): Promise<SimulatedPolicies['organization']> {
  if (caller.account.organization === null) return null
  const { serviceControl, resourceControl } = await directory.loadPolicies(caller)
  return {
    serviceControl: isTypeExcluded('scp') ? [] : serviceControl,
    resourceControl: isTypeExcluded('rcp') ? [] : resourceControl,
  }
}
