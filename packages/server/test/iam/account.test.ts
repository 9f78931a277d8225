import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CredentialReportExpiredException,
  CredentialReportNotPresentException,
  type EntityType,
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  paginateGetAccountAuthorizationDetails,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addRootKey } from '../support/accounts.ts'
import { formatAllow, formatTrust } from '../support/policies.ts'
import { createIamClient, type IamWorld, startIamWorld } from '../support/worlds/iam.ts'

const READ_ONLY = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
const TRUST = formatTrust({ AWS: '*' })

let world: IamWorld
beforeEach(async () => {
  world = await startIamWorld()
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
})

/** A user, a group, a role and two policies that refer to one another; gives the policy's ARN. */
async function relate({ iam }: IamWorld): Promise<string> {
  const { Policy: policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'shared',
      Path: '/p/',
      Description: 'Shared',
      PolicyDocument: formatAllow('iam:GetUser'),
    }),
  )
  const PolicyArn = policy?.Arn ?? ''
  await iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn,
      PolicyDocument: formatAllow('iam:ListUsers'),
      SetAsDefault: true,
    }),
  )
  const Tags = [{ Key: 'team', Value: 'a' }]
  await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/u/', Tags }))
  await iam.send(new CreateUserCommand({ UserName: 'Carol' }))
  await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
  await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: TRUST, Tags }))
  await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName: 'bob' }))
  await iam.send(new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn }))
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'app', PolicyArn }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn: READ_ONLY }))
  await iam.send(
    new PutUserPermissionsBoundaryCommand({ UserName: 'bob', PermissionsBoundary: PolicyArn }),
  )
  const inline = { PolicyName: 'own', PolicyDocument: formatAllow('sts:*') }
  await iam.send(new PutUserPolicyCommand({ UserName: 'bob', ...inline }))
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'devs', ...inline }))
  return PolicyArn
}

describe('GetAccountSummary', () => {
  it('counts what there is, and tells what there may be', async () => {
    const { iam, server, account } = world
    const summarize = async () => (await iam.send(new GetAccountSummaryCommand())).SummaryMap
    expect(await summarize()).toEqual({
      Users: 1,
      UsersQuota: 2_147_483_647,
      Groups: 0,
      GroupsQuota: 2_147_483_647,
      ServerCertificates: 0,
      ServerCertificatesQuota: 0,
      UserPolicySizeQuota: 2048,
      GroupPolicySizeQuota: 5120,
      GroupsPerUserQuota: 10,
      SigningCertificatesPerUserQuota: 0,
      AccessKeysPerUserQuota: 2,
      MFADevices: 0,
      MFADevicesInUse: 0,
      AccountMFAEnabled: 0,
      AccountAccessKeysPresent: 0,
      AccountPasswordPresent: 0,
      AccountSigningCertificatesPresent: 0,
      AttachedPoliciesPerGroupQuota: 10,
      AttachedPoliciesPerRoleQuota: 10,
      AttachedPoliciesPerUserQuota: 10,
      Policies: 0,
      PoliciesQuota: 2_147_483_647,
      PolicySizeQuota: 6144,
      PolicyVersionsInUse: 0,
      PolicyVersionsInUseQuota: 2_147_483_647,
      VersionsPerPolicyQuota: 5,
      GlobalEndpointTokenVersion: 2,
      AssumeRolePolicySizeQuota: 2048,
      InstanceProfiles: 0,
      InstanceProfilesQuota: 2_147_483_647,
      Providers: 0,
      RolePolicySizeQuota: 10_240,
      Roles: 0,
      RolesQuota: 2_147_483_647,
    })
    await relate(world)
    await addRootKey(server, account)
    expect(await summarize()).toMatchObject({
      Users: 3,
      Groups: 1,
      Roles: 1,
      Policies: 1,
      PolicyVersionsInUse: 2,
      AccountAccessKeysPresent: 1,
    })
  })
})

describe('GetAccountAuthorizationDetails', () => {
  it('shows everybody with everything', async () => {
    const { iam } = world
    const PolicyArn = await relate(world)
    const details = await iam.send(new GetAccountAuthorizationDetailsCommand({}))
    expect(details.IsTruncated).toBe(false)
    const [admin, bob, carol] = details.UserDetailList ?? []
    expect(admin?.UserName).toBe('admin')
    const CreateDate = expect.any(Date)
    const shared = { PolicyName: 'shared', PolicyArn }
    const readOnly = { PolicyName: 'IAMReadOnlyAccess', PolicyArn: READ_ONLY }
    const own = {
      PolicyName: 'own',
      PolicyDocument: encodeURIComponent(formatAllow('sts:*')).replaceAll('*', '%2A'),
    }
    expect(bob).toEqual({
      Path: '/u/',
      UserName: 'bob',
      UserId: expect.stringMatching(/^AIDA/),
      Arn: 'arn:aws:iam::123456789012:user/u/bob',
      CreateDate,
      UserPolicyList: [own],
      GroupList: ['devs'],
      AttachedManagedPolicies: [shared],
      PermissionsBoundary: {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: PolicyArn,
      },
      Tags: [{ Key: 'team', Value: 'a' }],
    })
    expect(carol).toMatchObject({ GroupList: [], AttachedManagedPolicies: [], Tags: [] })
    expect(carol).not.toHaveProperty('UserPolicyList')
    expect(details.GroupDetailList).toEqual([
      {
        Path: '/',
        GroupName: 'devs',
        GroupId: expect.stringMatching(/^AGPA/),
        Arn: 'arn:aws:iam::123456789012:group/devs',
        CreateDate,
        GroupPolicyList: [own],
        AttachedManagedPolicies: [readOnly],
      },
    ])
    expect(details.RoleDetailList).toEqual([
      {
        Path: '/',
        RoleName: 'app',
        RoleId: expect.stringMatching(/^AROA/),
        Arn: 'arn:aws:iam::123456789012:role/app',
        CreateDate,
        AssumeRolePolicyDocument: encodeURIComponent(TRUST).replaceAll('*', '%2A'),
        InstanceProfileList: [],
        RolePolicyList: [],
        AttachedManagedPolicies: [shared],
        Tags: [{ Key: 'team', Value: 'a' }],
        RoleLastUsed: {},
      },
    ])
    expect(details.Policies?.map(({ Arn }) => Arn)).toEqual([PolicyArn, READ_ONLY])
    expect(details.Policies?.[0]).toMatchObject({
      PolicyName: 'shared',
      Path: '/p/',
      DefaultVersionId: 'v2',
      AttachmentCount: 2,
      PermissionsBoundaryUsageCount: 1,
      IsAttachable: true,
      PolicyVersionList: [
        { VersionId: 'v2', IsDefaultVersion: true },
        { VersionId: 'v1', IsDefaultVersion: false },
      ],
    })
    expect(details.Policies?.[0]).not.toHaveProperty('Description')
  })

  it.each<readonly [EntityType[], string]>([
    [[], 'admin bob Carol app devs shared IAMReadOnlyAccess'],
    [['User'], 'admin bob Carol'],
    [['Group', 'Role'], 'app devs'],
    [['Role', 'Group', 'Role'], 'app devs'],
    [['LocalManagedPolicy'], 'shared'],
    [['AWSManagedPolicy', 'User'], 'admin bob Carol IAMReadOnlyAccess'],
  ])('filters by %j, in pages of every size', async (Filter, expected) => {
    const { iam } = world
    await relate(world)
    const names = expected.split(' ')
    for (let pageSize = 1; pageSize <= names.length + 1; pageSize += 1) {
      const seen: (string | undefined)[] = []
      const sizes: number[] = []
      const paginator = paginateGetAccountAuthorizationDetails(
        { client: iam, pageSize },
        { Filter },
      )
      for await (const page of paginator) {
        const found = [
          ...(page.UserDetailList ?? []).map(user => user.UserName),
          ...(page.RoleDetailList ?? []).map(role => role.RoleName),
          ...(page.GroupDetailList ?? []).map(group => group.GroupName),
          ...(page.Policies ?? []).map(policy => policy.PolicyName),
        ]
        seen.push(...found)
        sizes.push(found.length)
      }
      expect(seen).toEqual(names)
      expect(sizes.slice(0, -1)).toEqual(
        Array.from({ length: Math.ceil(names.length / pageSize) - 1 }, () => pageSize),
      )
    }
  })

  it('takes a marker with another page size, but not for another filter', async () => {
    const { iam } = world
    await relate(world)
    const first = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'Role'], MaxItems: 1 }),
    )
    const { Marker } = first
    const rest = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role', 'User'], Marker }),
    )
    expect(rest).toMatchObject({ IsTruncated: false })
    expect(rest.UserDetailList).toHaveLength(2)
    expect(rest.RoleDetailList).toHaveLength(1)
    for (const wrong of [Marker, `${Marker}x`, '0.0.', '01.9.x', '01.0.bm90aGluZw']) {
      const Filter: EntityType[] = wrong === Marker ? ['Role'] : ['User', 'Role']
      await expect(
        iam.send(new GetAccountAuthorizationDetailsCommand({ Filter, Marker: wrong })),
      ).rejects.toMatchObject({ message: 'Marker and Filter do not match' })
    }
  })
})

describe('credential reports', () => {
  it('are generated, kept for four hours, and then expire', async () => {
    const { iam, server, account, admin } = world
    await expect(iam.send(new GetCredentialReportCommand())).rejects.toBeInstanceOf(
      CredentialReportNotPresentException,
    )
    await relate(world)
    const rootKey = await addRootKey(server, account)
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }))
    await iam.send(
      new UpdateAccessKeyCommand({
        UserName: 'bob',
        AccessKeyId: key?.AccessKeyId,
        Status: 'Inactive',
      }),
    )
    const started = await iam.send(new GenerateCredentialReportCommand())
    expect(started).toMatchObject({
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    })
    const complete = await iam.send(new GenerateCredentialReportCommand())
    expect(complete.State).toBe('COMPLETE')
    expect(complete).not.toHaveProperty('Description')

    const report = await iam.send(new GetCredentialReportCommand())
    expect(report).toMatchObject({
      ReportFormat: 'text/csv',
      GeneratedTime: new Date(Math.floor(server.clock.nowMs() / 1000) * 1000),
    })
    const lines = Buffer.from(report.Content ?? [])
      .toString()
      .split('\n')
    expect(lines.map(line => line.split(',')[0])).toEqual([
      ...['user', '<root_account>', 'admin', 'bob', 'Carol'],
    ])
    const time = '2026-11-22T20:12:19Z'
    expect(lines[3]).toBe(
      `bob,arn:aws:iam::123456789012:user/u/bob,${time},false,N/A,N/A,N/A,false,false,${time},N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A`,
    )
    for (const { accessKeyId } of [rootKey, admin]) expect(lines.join()).not.toContain(accessKeyId)

    const hoursMs = 4 * 60 * 60 * 1000
    await iam.send(new CreateUserCommand({ UserName: 'later' }))
    server.clock.moveBy(hoursMs)
    const atTheLimit = createIamClient(server, admin)
    expect((await atTheLimit.send(new GenerateCredentialReportCommand())).State).toBe('COMPLETE')
    const same = await atTheLimit.send(new GetCredentialReportCommand())
    expect(Buffer.from(same.Content ?? [])).toEqual(Buffer.from(report.Content ?? []))
    server.clock.moveBy(1)
    await expect(atTheLimit.send(new GetCredentialReportCommand())).rejects.toBeInstanceOf(
      CredentialReportExpiredException,
    )
    expect((await atTheLimit.send(new GenerateCredentialReportCommand())).State).toBe('STARTED')
    const renewed = await atTheLimit.send(new GetCredentialReportCommand())
    expect(Buffer.from(renewed.Content ?? []).toString()).toContain('\nlater,')
  })
})
