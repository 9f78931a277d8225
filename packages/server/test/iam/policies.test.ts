import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  type ListEntitiesForPolicyCommandInput,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  NoSuchEntityException,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
  paginateListEntitiesForPolicy,
  paginateListPolicies,
  paginateListPolicyVersions,
  SetDefaultPolicyVersionCommand,
  SimulatePrincipalPolicyCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
  waitUntilPolicyExists,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatAllow, TRUST } from '../support/policies.ts'
import { type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function createPolicy(
  PolicyName: string,
  changes: Partial<CreatePolicyCommand['input']> = {},
): Promise<string> {
  const input = { PolicyName, PolicyDocument: formatAllow('iam:GetRole'), ...changes }
  const { Policy: policy } = await world.iam.send(new CreatePolicyCommand(input))
  return policy?.Arn ?? ''
}

async function addVersion(PolicyArn: string, action: string, SetAsDefault = false) {
  const input = { PolicyArn, PolicyDocument: formatAllow(action), SetAsDefault }
  const { PolicyVersion: version } = await world.iam.send(new CreatePolicyVersionCommand(input))
  return version
}

async function listVersions(PolicyArn: string): Promise<readonly string[]> {
  const listed = await world.iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
  return (listed.Versions ?? []).map(
    ({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? '!' : ''}`,
  )
}

describe('managed policies with the AWS SDK for JavaScript', () => {
  it('live from creation to deletion', async () => {
    const { iam, server } = world
    const now = new Date(Math.floor(server.clock.nowMs() / 1000) * 1000)
    const PolicyDocument = formatAllow('sts:GetWebIdentityToken')
    const { Policy: created } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'Tokens',
        Path: '/team/',
        PolicyDocument,
        Description: 'Jetons für alle',
        Tags: [{ Key: 'team', Value: 'data' }],
      }),
    )
    const PolicyArn = 'arn:aws:iam::123456789012:policy/team/Tokens'
    expect(created).toEqual({
      PolicyName: 'Tokens',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      Arn: PolicyArn,
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      Description: 'Jetons für alle',
      CreateDate: now,
      UpdateDate: now,
      Tags: [{ Key: 'team', Value: 'data' }],
    })
    const waited = await waitUntilPolicyExists({ client: iam, maxWaitTime: 5 }, { PolicyArn })
    expect(waited.state).toBe('SUCCESS')
    const { Policy: read } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    expect(read).toEqual(created)
    const { PolicyVersion: version } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }),
    )
    expect(version).toEqual({
      Document: encodeURIComponent(PolicyDocument).replaceAll('*', '%2A'),
      VersionId: 'v1',
      IsDefaultVersion: true,
      CreateDate: now,
    })
    await iam.send(new DeletePolicyCommand({ PolicyArn }))
    await expect(iam.send(new GetPolicyCommand({ PolicyArn }))).rejects.toBeInstanceOf(
      NoSuchEntityException,
    )
  })

  it('have versions, one of them in force', async () => {
    const { iam, server } = world
    const PolicyArn = await createPolicy('versioned')
    server.clock.moveBy(60_000)
    expect(await addVersion(PolicyArn, 'iam:ListRoles')).toEqual({
      VersionId: 'v2',
      IsDefaultVersion: false,
      CreateDate: new Date(Math.floor(server.clock.nowMs() / 1000) * 1000),
    })
    expect(await addVersion(PolicyArn, 'iam:ListUsers', true)).toMatchObject({
      VersionId: 'v3',
      IsDefaultVersion: true,
    })
    expect(await listVersions(PolicyArn)).toEqual(['v3!', 'v2', 'v1'])
    const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    expect(policy?.DefaultVersionId).toBe('v3')
    expect((policy?.UpdateDate?.getTime() ?? 0) - (policy?.CreateDate?.getTime() ?? 0)).toBe(60_000)

    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
    expect(await listVersions(PolicyArn)).toEqual(['v3', 'v2', 'v1!'])
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
    expect(await listVersions(PolicyArn)).toEqual(['v3', 'v1!'])
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v3' }))
    await addVersion(PolicyArn, 'iam:GetUser')
    await addVersion(PolicyArn, 'iam:GetGroup')
    const pages: unknown[] = []
    const paging = { client: iam, pageSize: 2 }
    for await (const page of paginateListPolicyVersions(paging, { PolicyArn })) {
      pages.push(page.Versions?.map(({ VersionId }) => VersionId))
      for (const version of page.Versions ?? []) expect(version).not.toHaveProperty('Document')
    }
    expect(pages).toEqual([['v5', 'v4'], ['v1']])
  })

  it('give every version a number of its own when many are made at once', async () => {
    const PolicyArn = await createPolicy('contested')
    const made = await Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e', 'f'].map(action => addVersion(PolicyArn, `iam:${action}`)),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    expect(await listVersions(PolicyArn)).toEqual(['v5', 'v4', 'v3', 'v2', 'v1!'])
  })

  it('have tags, which differ by case', async () => {
    const { iam } = world
    const PolicyArn = await createPolicy('tagged')
    const tag = (...Tags: { Key: string; Value: string }[]) =>
      iam.send(new TagPolicyCommand({ PolicyArn, Tags }))
    await tag({ Key: 'team', Value: 'a' }, { Key: 'Team', Value: 'b' })
    await tag({ Key: 'team', Value: 'c' })
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['TEAM'] }))
    const both = await iam.send(new ListPolicyTagsCommand({ PolicyArn }))
    expect(both.Tags).toEqual([
      { Key: 'Team', Value: 'b' },
      { Key: 'team', Value: 'c' },
    ])
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['Team'] }))
    const left = await iam.send(new ListPolicyTagsCommand({ PolicyArn }))
    expect(left.Tags).toEqual([{ Key: 'team', Value: 'c' }])
  })
})

describe('listings of managed policies', () => {
  /** Policies by how they are used. */
  const arns = { attached: '', boundary: '', both: '', unused: '' }

  beforeAll(async () => {
    const { iam } = world
    for (const name of ['attached', 'boundary', 'both', 'unused'] as const) {
      arns[name] = await createPolicy(name, { Path: '/used/' })
    }
    await iam.send(new CreateUserCommand({ UserName: 'u', Path: '/people/' }))
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }))
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: TRUST }))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'u', PolicyArn: arns.attached }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'g', PolicyArn: arns.attached }))
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: arns.attached }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'g', PolicyArn: arns.both }))
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: 'u', PermissionsBoundary: arns.boundary }),
    )
    await iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary: arns.both }),
    )
  })

  /** Every combination, as AWS was seen to answer it. */
  const LISTED: readonly (readonly [ListPoliciesCommandInput, readonly string[]])[] = [
    [{}, ['attached', 'both', 'boundary', 'unused']],
    [{ PolicyUsageFilter: 'PermissionsPolicy' }, ['attached', 'both', 'boundary', 'unused']],
    [{ PolicyUsageFilter: 'PermissionsBoundary' }, ['attached', 'both', 'boundary', 'unused']],
    [{ OnlyAttached: false }, ['attached', 'both', 'boundary', 'unused']],
    [{ OnlyAttached: true }, ['attached', 'both', 'boundary']],
    [{ OnlyAttached: true, PolicyUsageFilter: 'PermissionsPolicy' }, ['attached', 'both']],
    [{ OnlyAttached: true, PolicyUsageFilter: 'PermissionsBoundary' }, ['both', 'boundary']],
  ]
  it.each(LISTED)('with %j have %j', async (input, names) => {
    const listed = await world.iam.send(
      new ListPoliciesCommand({ PathPrefix: '/used/', Scope: 'Local', ...input }),
    )
    expect(listed.Policies?.map(({ PolicyName }) => PolicyName)).toEqual(names)
  })

  it('count who has a policy, and leave out description and tags', async () => {
    const listed = await world.iam.send(new ListPoliciesCommand({ PathPrefix: '/used/' }))
    const counts = listed.Policies?.map(policy => [
      policy.PolicyName,
      policy.AttachmentCount,
      policy.PermissionsBoundaryUsageCount,
    ])
    expect(counts).toEqual([
      ['attached', 3, 0],
      ['both', 1, 1],
      ['boundary', 0, 1],
      ['unused', 0, 0],
    ])
    for (const policy of listed.Policies ?? []) {
      expect(policy).not.toHaveProperty('Tags')
      expect(policy).not.toHaveProperty('Description')
    }
  })

  it('have those of AWS first, and pages of any size', async () => {
    const { iam } = world
    const PathPrefix = '/job-function/'
    await createPolicy('Janitor', { Path: PathPrefix })
    await createPolicy('Gardener', { Path: PathPrefix })
    const all = await iam.send(new ListPoliciesCommand({ PathPrefix }))
    const names = all.Policies?.map(({ PolicyName }) => PolicyName) ?? []
    expect(names.slice(-3)).toEqual(['ViewOnlyAccess', 'Gardener', 'Janitor'])
    const ofAws = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', PathPrefix }))
    expect(ofAws.Policies).toEqual(all.Policies?.slice(0, -2))
    const own = await iam.send(new ListPoliciesCommand({ Scope: 'Local', PathPrefix }))
    expect(own.Policies).toEqual(all.Policies?.slice(-2))
    for (const pageSize of [1, 2, names.length - 2, names.length - 1, 1000]) {
      const paged: (string | undefined)[] = []
      for await (const page of paginateListPolicies({ client: iam, pageSize }, { PathPrefix })) {
        expect(page.Policies?.length).toBeLessThanOrEqual(pageSize)
        paged.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName))
      }
      expect(paged).toEqual(names)
    }
  })

  /** Users, groups and roles of `attached`, `boundary` and `both`, as AWS was seen to answer. */
  const ENTITIES: readonly (readonly [
    policy: keyof typeof arns,
    Omit<ListEntitiesForPolicyCommandInput, 'PolicyArn'>,
    readonly string[],
  ])[] = [
    ['unused', {}, []],
    ['attached', {}, ['u', 'g', 'r']],
    ['attached', { PolicyUsageFilter: 'PermissionsPolicy' }, ['u', 'g', 'r']],
    ['attached', { PolicyUsageFilter: 'PermissionsBoundary' }, []],
    ['attached', { PathPrefix: '/people/' }, ['u']],
    ['boundary', {}, ['u']],
    ['boundary', { PolicyUsageFilter: 'PermissionsPolicy' }, []],
    ['boundary', { PolicyUsageFilter: 'PermissionsBoundary' }, ['u']],
    ['both', {}, ['g', 'r']],
    ['both', { PolicyUsageFilter: 'PermissionsPolicy' }, ['g']],
    ['both', { PolicyUsageFilter: 'PermissionsBoundary' }, ['r']],
    ['both', { EntityFilter: 'User' }, []],
    ['both', { EntityFilter: 'Group' }, ['g']],
    ['both', { EntityFilter: 'Role' }, ['r']],
    ['both', { EntityFilter: 'Role', PolicyUsageFilter: 'PermissionsPolicy' }, []],
    ['both', { EntityFilter: 'LocalManagedPolicy' }, []],
    ['both', { EntityFilter: 'AWSManagedPolicy' }, []],
  ]
  it.each(ENTITIES)('of who has %s with %j have %j', async (policy, input, names) => {
    const listed = await world.iam.send(
      new ListEntitiesForPolicyCommand({ PolicyArn: arns[policy], ...input }),
    )
    const listedNames = [
      ...(listed.PolicyUsers ?? []).map(({ UserName }) => UserName),
      ...(listed.PolicyGroups ?? []).map(({ GroupName }) => GroupName),
      ...(listed.PolicyRoles ?? []).map(({ RoleName }) => RoleName),
    ]
    expect(listedNames).toEqual(names)
  })

  it('of who has a policy come page by page', async () => {
    const pages: number[] = []
    const paging = { client: world.iam, pageSize: 2 }
    const input = { PolicyArn: arns.attached }
    for await (const page of paginateListEntitiesForPolicy(paging, input)) {
      const lists = [page.PolicyGroups, page.PolicyRoles, page.PolicyUsers]
      pages.push(lists.reduce((sum, list) => sum + (list?.length ?? 0), 0))
    }
    expect(pages).toEqual([2, 1])
  })
})

describe("AWS's managed policies", () => {
  it('are shown like any other, with a document', async () => {
    const { iam } = world
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    expect(policy).toMatchObject({
      PolicyName: 'ReadOnlyAccess',
      PolicyId: 'ANPAILL3HVNFSB6DCOWYQ',
      AttachmentCount: 0,
      IsAttachable: true,
    })
    const VersionId = policy?.DefaultVersionId ?? ''
    const { PolicyVersion: version } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId }),
    )
    expect(JSON.parse(decodeURIComponent(version?.Document ?? ''))).toHaveProperty('Statement')
    expect(await listVersions(PolicyArn)).toEqual([`${VersionId}!`])
    const tags = await iam.send(new ListPolicyTagsCommand({ PolicyArn }))
    expect(tags.Tags).toEqual([])
  })

  it('are listed whole, those that somebody has alone, and below a path', async () => {
    const listed: string[] = []
    const paging = { client: world.iam, pageSize: 1000 }
    for await (const page of paginateListPolicies(paging, { Scope: 'AWS' })) {
      listed.push(...(page.Policies ?? []).map(({ Arn }) => Arn ?? ''))
    }
    expect(listed.length).toBeGreaterThan(1500)
    expect(listed).toContain('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')
    expect(listed).toContain('arn:aws:iam::aws:policy/job-function/Billing')
  })

  it('decide: AWSDenyAll denies whatever else allows', async () => {
    const { iam } = world
    await iam.send(new CreateRoleCommand({ RoleName: 'stopped', AssumeRolePolicyDocument: TRUST }))
    const simulate = async () => {
      const input = {
        PolicySourceArn: 'arn:aws:iam::123456789012:role/stopped',
        ActionNames: ['iam:GetUser', 's3:GetObject'],
      }
      const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand(input))
      return EvaluationResults?.map(({ EvalDecision }) => EvalDecision)
    }
    const attach = (name: string) =>
      iam.send(
        new AttachRolePolicyCommand({
          RoleName: 'stopped',
          PolicyArn: `arn:aws:iam::aws:policy/${name}`,
        }),
      )
    await attach('AmazonS3ReadOnlyAccess')
    expect(await simulate()).toEqual(['implicitDeny', 'allowed'])
    await attach('AdministratorAccess')
    expect(await simulate()).toEqual(['allowed', 'allowed'])
    await attach('AWSDenyAll')
    expect(await simulate()).toEqual(['explicitDeny', 'explicitDeny'])
  })

  it('leave their names to the account', async () => {
    const PolicyArn = await createPolicy('ReadOnlyAccess')
    expect(PolicyArn).toBe('arn:aws:iam::123456789012:policy/ReadOnlyAccess')
  })
})
