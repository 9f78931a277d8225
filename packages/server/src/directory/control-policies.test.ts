import { describe, expect, it } from 'vitest'
import type { ApplicablePolicies } from '../policy/applicable-policies.ts'
import { evaluateRequest } from '../policy/evaluate.ts'
import { formatOidcProviderArn } from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import type { OrganizationPlacement } from '../principals/entities.ts'
import type { ControlPolicy } from '../store/iam-ports.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createControlPolicy,
  createOidcProvider,
  createUserId,
  OTHER_ACCOUNT_ID,
} from '../store/test/records.ts'
import { addInlinePolicy, CALLERS, createWorld, formatPolicy, type World } from './test/world.ts'

const PLACE: OrganizationPlacement = {
  organizationId: 'o-abcdefghij',
  path: ['r-ab12', 'ou-ab12-11111111'],
  isManagementAccount: false,
}
const ALLOW_ALL = formatPolicy('Allow', '*')
const EVERYONE = { Principal: '*' }

async function createOrganization(
  policies: readonly Partial<ControlPolicy>[],
  organization: OrganizationPlacement | null = PLACE,
): Promise<World> {
  const world = await createWorld({ organization })
  await addInlinePolicy(world, createUserId(1), ALLOW_ALL)
  for (const policy of policies) await world.store.saveControlPolicy(createControlPolicy(policy))
  await world.follow()
  return world
}

async function load(world: World, kind: keyof typeof CALLERS = 'user') {
  return world.directory.loadPolicies(await CALLERS[kind](world))
}

function listIds(levels: ApplicablePolicies['serviceControl']) {
  return levels.map(level => level.map(({ policyId }) => policyId))
}

async function decide(world: World, action: string, kind: keyof typeof CALLERS = 'user') {
  const request = { action, resource: '*', context: new Map() }
  return evaluateRequest(request, await load(world, kind))
}

const FULL = ['scp:FullAWSAccess']
const RCP_FULL = 'rcp:RCPFullAWSAccess'

describe('service control policies', () => {
  it('of a fresh organization allow everything at every level', async () => {
    const world = await createOrganization([])
    expect(listIds((await load(world)).serviceControl)).toEqual([FULL, FULL, FULL])
    expect(await decide(world, 's3:GetObject')).toMatchObject({ effect: 'allow' })
  })

  it.each([
    ['the root', 'r-ab12', 0],
    ['a unit', 'ou-ab12-11111111', 1],
    ['the account', ACCOUNT_ID, 2],
  ])('stored at %s are all that counts there', async (_, targetId, level) => {
    const world = await createOrganization([
      { targetId, name: 'b', document: formatPolicy('Allow', 's3:*') },
      { targetId, name: 'a', document: formatPolicy('Allow', 'sts:*') },
    ])
    const expected = [FULL, FULL, FULL].with(level, [`scp:${targetId}/a`, `scp:${targetId}/b`])
    expect(listIds((await load(world)).serviceControl)).toEqual(expected)
    for (const kind of ['root', 'user', 'sessionToken'] as const) {
      expect(await decide(world, 's3:GetObject', kind)).toMatchObject({ effect: 'allow' })
      expect(await decide(world, 'iam:GetUser', kind)).toMatchObject({
        effect: 'deny',
        kind: 'implicit',
        layer: 'service control policy',
      })
    }
  })

  it('of other units, accounts and organizations do not count', async () => {
    const document = formatPolicy('Deny', '*')
    const world = await createOrganization([
      { targetId: 'ou-ab12-22222222', document },
      { targetId: OTHER_ACCOUNT_ID, document },
      { organizationId: 'o-other12345', targetId: ACCOUNT_ID, document },
    ])
    expect(await decide(world, 's3:GetObject')).toMatchObject({ effect: 'allow' })
  })

  it.each([
    ['outside an organization', null],
    ['that manages the organization', { ...PLACE, isManagementAccount: true }],
  ])('do not bind an account %s', async (_, place) => {
    const document = formatPolicy('Deny', '*')
    const world = await createOrganization(
      [
        { document },
        { kind: 'rcp', document: formatPolicy('Deny', 's3:*', EVERYONE) },
        { targetId: ACCOUNT_ID, document },
      ],
      place,
    )
    expect(await load(world)).toMatchObject({ serviceControl: [], resourceControl: [] })
    expect(await decide(world, 's3:GetObject')).toMatchObject({ effect: 'allow' })
  })
})

describe('resource control policies', () => {
  it('take away at their level what AWS’s own policy lets through at each', async () => {
    const document = formatPolicy('Deny', 's3:*', EVERYONE)
    const world = await createOrganization([
      { kind: 'rcp', targetId: 'ou-ab12-11111111', name: 'no-s3', document },
    ])
    expect(listIds((await load(world)).resourceControl)).toEqual([
      [RCP_FULL],
      [RCP_FULL, 'rcp:ou-ab12-11111111/no-s3'],
      [RCP_FULL],
    ])
    expect(await decide(world, 'sts:AssumeRole')).toMatchObject({ effect: 'allow' })
    expect(await decide(world, 's3:GetObject')).toMatchObject({
      effect: 'deny',
      kind: 'explicit',
      layer: 'resource control policy',
    })
  })

  it('are those of the role’s account when a role is to be assumed', async () => {
    const world = await createOrganization([
      {
        kind: 'rcp',
        targetId: ACCOUNT_ID,
        name: 'own',
        document: formatPolicy('Deny', 's3:*', EVERYONE),
      },
      {
        kind: 'rcp',
        targetId: OTHER_ACCOUNT_ID,
        name: 'other',
        document: formatPolicy('Deny', 'sts:*', EVERYONE),
      },
      {
        kind: 'scp',
        targetId: OTHER_ACCOUNT_ID,
        name: 'other',
        document: formatPolicy('Deny', '*'),
      },
    ])
    const caller = await CALLERS.user(world)
    const other = {
      ...createAccount(OTHER_ACCOUNT_ID),
      organization: { ...PLACE, path: ['r-ab12'] },
    }
    const policies = await world.directory.loadTrustPolicies(caller, other)
    expect(listIds(policies.resourceControl)).toEqual([
      [RCP_FULL],
      [RCP_FULL, `rcp:${OTHER_ACCOUNT_ID}/other`],
    ])
    expect(listIds(policies.serviceControl)).toEqual([FULL, FULL, FULL])
    expect(policies.identity).toHaveLength(1)
    const outside = await world.directory.loadTrustPolicies(caller, createAccount(OTHER_ACCOUNT_ID))
    expect(outside.resourceControl).toEqual([])
  })
})

describe('somebody with a token of another issuer', () => {
  it('is bound by the resource control policies of the role’s account, and by no others', async () => {
    const world = await createOrganization([
      { kind: 'rcp', name: 'own', document: formatPolicy('Deny', 's3:*', EVERYONE) },
      { kind: 'scp', document: formatPolicy('Deny', '*') },
    ])
    const { account } = await CALLERS.user(world)
    const provider = createOidcProvider('idp.example.org')
    const arn = formatOidcProviderArn(
      { partition: 'aws', accountId: ACCOUNT_ID },
      'idp.example.org',
    )
    const caller: Caller = {
      kind: 'web-identity',
      account,
      accessKeyId: null,
      session: null,
      arn,
      principalArn: arn,
      userId: 'subject',
      principalTags: [],
      identity: {
        provider,
        issuer: provider.url,
        subject: 'subject',
        audience: 'sts.amazonaws.com',
        originalAudiences: ['sts.amazonaws.com'],
        sourceIdentity: null,
        sessionTags: [],
        transitiveTagKeys: [],
        authorizedRoleArns: null,
        authenticationMethods: null,
        email: null,
        providerClaims: new Map(),
        identityContext: null,
      },
    }
    const policies = await world.directory.loadTrustPolicies(caller, account)
    expect({ ...policies, resourceControl: listIds(policies.resourceControl) }).toEqual({
      identity: [],
      boundary: null,
      session: null,
      scopeDown: [],
      serviceControl: [],
      resourceControl: [[RCP_FULL, 'rcp:r-ab12/own'], [RCP_FULL], [RCP_FULL]],
      isAccountRoot: false,
    })
  })
})

describe('a control policy that cannot be read', () => {
  it.each(['scp', 'rcp'] as const)('refuses every caller under it everything: %s', async kind => {
    const world = await createOrganization([{ kind, document: '{' }])
    for (const caller of ['root', 'user', 'role'] as const) {
      await expect(load(world, caller)).rejects.toThrow(
        `the stored policy ${kind}:r-ab12/p cannot be read`,
      )
    }
  })

  it('includes a resource control policy that grants', async () => {
    const document = formatPolicy('Allow', 's3:*', EVERYONE)
    const world = await createOrganization([{ kind: 'rcp', document }])
    await expect(load(world)).rejects.toMatchObject({ name: 'StoredPolicyError' })
  })
})
