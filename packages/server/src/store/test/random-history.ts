import fc from 'fast-check'
import { type AccountId, parseAccountId } from '../../principals/identifiers.ts'
import { type Store, StoreError } from '../ports.ts'
import {
  createAccount,
  createFederation,
  createGroup,
  createGroupId,
  createIssuerKey,
  createKey,
  createKeyId,
  createManagedPolicy,
  createOidcProvider,
  createPolicyVersion,
  createRole,
  createRoleId,
  createUser,
  createUserId,
} from './records.ts'

/** One operation, with numbers that choose among a few records of its account. */
export interface Step {
  readonly kind: keyof typeof OPERATIONS
  readonly a: number
  readonly b: number
  /** Together with the next ones that say so, in one turn. */
  readonly isInTurn: boolean
}

/** Where a history takes place: records are told apart by the account's number. */
interface Place {
  readonly accountId: AccountId
  readonly base: number
}

type Operation = (
  store: Omit<Store, 'inTurn' | 'close'>,
  place: Place,
  a: number,
  b: number,
) => Promise<unknown>

const page = (b: number) => ({ pathPrefix: b % 2 === 0 ? '/' : '/a/', marker: null, maxItems: 2 })
const holder = (a: number) =>
  [createUserId(a), createGroupId(a), createRoleId(a)][a % 3] ?? createUserId(a)
const policy = ({ accountId }: Place, a: number) => createManagedPolicy(a, { accountId })
const tags = (b: number) => [{ key: `k${b}`, value: 'ä\u{1F511}' }]
const provider = ({ accountId }: Place, a: number) =>
  createOidcProvider(`idp${a}.example`, { accountId })
const issuerKey = ({ accountId, base }: Place, a: number, b: number) =>
  createIssuerKey(`${base}-${a}-${b}`, {
    accountId,
    generation: a,
    state: b % 2 === 0 ? 'active' : 'retiring',
  })

/** What histories are made of. */
const OPERATIONS = {
  createUser: (s, { accountId }, a, b) =>
    s.createUser(createUser(a, { accountId, path: b % 2 === 0 ? '/' : '/a/' })),
  saveUser: (s, { accountId }, a, b) =>
    s.saveUser(createUser(a, { accountId, name: `USER-000${b}` })),
  deleteUser: (s, { accountId }, a) => s.deleteUser(accountId, createUserId(a)),
  tagUser: (s, { accountId }, a, b) => s.saveUserTags(accountId, createUserId(a), tags(b)),
  findUser: (s, { accountId }, a) => s.findUser(accountId, `User-000${a}`),
  listUsers: (s, { accountId }, _, b) => s.listUsers(accountId, page(b)),
  createGroup: (s, { accountId }, a) => s.createGroup(createGroup(a, { accountId })),
  deleteGroup: (s, { accountId }, a) => s.deleteGroup(accountId, createGroupId(a)),
  join: (s, { accountId }, a, b) => s.addGroupMember(accountId, createGroupId(a), createUserId(b)),
  leave: (s, { accountId }, a, b) =>
    s.removeGroupMember(accountId, createGroupId(a), createUserId(b)),
  groupsOf: (s, { accountId }, a) => s.listGroupsOfUser(accountId, createUserId(a)),
  createRole: (s, { accountId }, a, b) =>
    s.createRole(createRole(a, { accountId, tags: tags(b), maxSessionSeconds: 3_600 + b })),
  deleteRole: (s, { accountId }, a) => s.deleteRole(accountId, createRoleId(a)),
  listRoles: (s, { accountId }, _, b) => s.listRoles(accountId, page(b)),
  putInline: (s, { accountId }, a, b) =>
    s.saveInlinePolicy(accountId, holder(a), { name: `P${b}`, document: `{"b":${b}}` }),
  deleteInline: (s, { accountId }, a, b) => s.deleteInlinePolicy(accountId, holder(a), `p${b}`),
  listInline: (s, { accountId }, a) => s.listInlinePolicies(accountId, holder(a)),
  createPolicy: (s, place, a) => s.createManagedPolicy(policy(place, a), createPolicyVersion(1)),
  deletePolicy: (s, place, a) => s.deleteManagedPolicy(place.accountId, policy(place, a).arn),
  createVersion: (s, place, a, b) =>
    s.createPolicyVersion(policy(place, a), createPolicyVersion(b + 8)),
  deleteVersion: (s, place, a, b) =>
    s.deletePolicyVersion(place.accountId, policy(place, a).arn, `v${b + 8}`),
  listVersions: (s, place, a) => s.listPolicyVersions(place.accountId, policy(place, a).arn),
  attach: (s, place, a, b) => s.attachPolicy(place.accountId, holder(a), policy(place, b).arn),
  detach: (s, place, a, b) => s.detachPolicy(place.accountId, holder(a), policy(place, b).arn),
  listAttached: (s, { accountId }, a) => s.listAttachedPolicies(accountId, holder(a)),
  listEntities: (s, place, a) => s.listPolicyEntities(place.accountId, policy(place, a).arn),
  countUses: (s, { accountId }) => s.countPolicyUses(accountId),
  countEntities: (s, { accountId }) => s.countEntities(accountId),
  createKey: (s, { accountId, base }, a, b) =>
    s.createAccessKey(createKey(base + a, { accountId, userId: createUserId(b) })),
  saveKey: (s, { base }, a, b) =>
    s.saveAccessKeyStatus(createKeyId(base + a), b % 2 === 0 ? 'Active' : 'Inactive'),
  deleteKey: (s, { base }, a) => s.deleteAccessKey(createKeyId(base + a)),
  findKey: (s, { base }, a) => s.findAccessKey(createKeyId(base + a)),
  useKey: (s, { base }, a, b) =>
    s.saveAccessKeyUses(
      new Map([[createKeyId(base + a), { usedAtMs: b, region: 'r', service: 's' }]]),
    ),
  createProvider: (s, place, a) => s.createOidcProvider(provider(place, a)),
  deleteProvider: (s, place, a) => s.deleteOidcProvider(place.accountId, provider(place, a).arn),
  listProviders: (s, { accountId }) => s.listOidcProviders(accountId),
  federate: (s, place, a, b) =>
    s.createFederation(
      createFederation({ accountId: place.accountId, issuerId: `issuer ${place.base}` }),
      [issuerKey(place, a, b)],
    ),
  switchFederation: (s, { accountId }, _, b) =>
    s.saveFederationEnabled(accountId, b % 2 === 0, 9_000 + b),
  createIssuerKey: (s, place, a, b) => s.createIssuerKey(issuerKey(place, a, b)),
  saveIssuerKey: (s, place, a, b) =>
    s.saveIssuerKey(issuerKey(place, a, b), b % 2 === 0 ? 'retiring' : 'active'),
  listIssuerKeys: (s, { accountId }) => s.listIssuerKeys(accountId),
} as const satisfies Readonly<Record<string, Operation>>

const KINDS = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]

/** Operations that one program might ask for, one after the other. */
export const HISTORIES: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    a: fc.nat({ max: 2 }),
    b: fc.nat({ max: 2 }),
    isInTurn: fc.boolean(),
  }),
  { minLength: 10, maxLength: 30 },
)

/** Carries out a history in an account of its own; tells of each step what came of it. */
export async function play(
  store: Store,
  history: readonly Step[],
  number: number,
): Promise<readonly unknown[]> {
  const accountId = parseAccountId(String(number).padStart(12, '0'))
  const place = { accountId, base: number * 3 }
  await store.createAccount(createAccount(accountId))
  const outcomes: unknown[] = []
  for (let next = 0; next < history.length; ) {
    const [step] = history.slice(next)
    if (step === undefined) break
    const length = step.isInTurn ? history.slice(next).findIndex(each => !each.isInTurn) : 1
    const steps = history.slice(next, length === -1 ? history.length : next + length)
    outcomes.push(await playPart(store, place, steps))
    outcomes.push((await store.takeChangedTopics()).toSorted())
    next += steps.length
  }
  return outcomes
}

/** A lone step, or several in a turn that the first error ends. */
async function playPart(store: Store, place: Place, steps: readonly Step[]): Promise<unknown> {
  const carryOut = async (target: Parameters<Operation>[0]) => {
    const results: unknown[] = []
    for (const { kind, a, b, isInTurn } of steps) {
      // Uses are no part of any turn: one that waited for them would wait for itself.
      if (kind !== 'useKey' || !isInTurn) results.push(await OPERATIONS[kind](target, place, a, b))
    }
    return results
  }
  try {
    if (steps[0]?.isInTurn !== true) return await carryOut(store)
    return await store.inTurn([place.accountId], turn =>
      carryOut({ ...store, ...turn } as Parameters<Operation>[0]),
    )
  } catch (error) {
    if (error instanceof StoreError) return `${error.reason}: ${error.message}`
    throw error
  }
}
