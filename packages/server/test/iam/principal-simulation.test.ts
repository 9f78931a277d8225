import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type EvaluationResult,
  type PolicyIdentifier,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, addUser } from '../support/accounts.ts'
import { formatAllow, TRUST } from '../support/policies.ts'
import { startTestServer } from '../support/server.ts'
import {
  createCaller,
  createIamClient,
  formatDenial,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'

const A = 'arn:aws:s3:::simulation/a'
const USER = 'arn:aws:iam::123456789012:user/simulation/sim-user'
const GROUP = 'arn:aws:iam::123456789012:group/simulation/sim-group'
const ROLE = 'arn:aws:iam::123456789012:role/simulation/sim-role'
const MANAGED = 'arn:aws:iam::123456789012:policy/simulation/sim-managed'
const Path = '/simulation/'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
  const { iam } = world
  const Tags = [{ Key: 'team', Value: 'data' }]
  await iam.send(new CreateUserCommand({ UserName: 'sim-user', Path, Tags }))
  await iam.send(new CreateGroupCommand({ GroupName: 'sim-group', Path }))
  const role = { RoleName: 'sim-role', Path, AssumeRolePolicyDocument: TRUST }
  await iam.send(new CreateRoleCommand(role))
  const managed = {
    PolicyName: 'sim-managed',
    Path,
    PolicyDocument: formatAllow('s3:DeleteObject'),
  }
  await iam.send(new CreatePolicyCommand(managed))
  const UserName = 'sim-user'
  const GroupName = 'sim-group'
  const RoleName = 'sim-role'
  const PolicyArn = MANAGED
  const inline = (PolicyName: string, action: string) => ({
    PolicyName,
    PolicyDocument: formatAllow(action),
  })
  await iam.send(new PutUserPolicyCommand({ UserName, ...inline('UserInline', 's3:GetObject') }))
  await iam.send(new PutGroupPolicyCommand({ GroupName, ...inline('GroupInline', 's3:PutObject') }))
  await iam.send(new PutRolePolicyCommand({ RoleName, ...inline('RoleInline', 's3:GetObject') }))
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  const ofAws = { PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }
  await iam.send(new AttachUserPolicyCommand({ UserName, ...ofAws }))
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName }))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 'iam:GetRole']

async function simulate(
  input: Partial<SimulatePrincipalPolicyCommandInput> = {},
): Promise<readonly EvaluationResult[]> {
  const answer = await world.iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: USER,
      ActionNames: ACTIONS,
      ResourceArns: [A],
      ...input,
    }),
  )
  return answer.EvaluationResults ?? []
}

/** For each action the sources of the statements that matched, or the decision when none did. */
function listSources(results: readonly EvaluationResult[]): readonly (string | undefined)[] {
  return results.map(
    ({ EvalDecision, MatchedStatements = [] }) =>
      MatchedStatements.map(({ SourcePolicyId }) => SourcePolicyId).join(' ') || EvalDecision,
  )
}

const NONE = 'implicitDeny'
const OF_USER = 'user_sim-user_UserInline'
const OF_GROUP = 'group_sim-group_GroupInline'

describe('SimulatePrincipalPolicy', () => {
  it.each([
    [USER, [OF_USER, OF_GROUP, 'sim-managed', 'IAMReadOnlyAccess']],
    [GROUP, [NONE, OF_GROUP, 'sim-managed', NONE]],
    [ROLE, ['role_sim-role_RoleInline', NONE, 'sim-managed', NONE]],
    [
      'arn:aws:iam::123456789012:user/elsewhere/SIM-USER',
      [OF_USER, OF_GROUP, 'sim-managed', 'IAMReadOnlyAccess'],
    ],
  ])('finds all policies of %s', async (PolicySourceArn, sources) => {
    expect(listSources(await simulate({ PolicySourceArn }))).toEqual(sources)
  })

  it.each<readonly [exclusion: PolicyIdentifier, sources: readonly string[]]>([
    [{ PolicyType: 'inline' }, [NONE, NONE, 'sim-managed', 'IAMReadOnlyAccess']],
    [{ PolicyType: 'user-managed' }, [OF_USER, OF_GROUP, NONE, 'IAMReadOnlyAccess']],
    [{ PolicyType: 'aws-managed' }, [OF_USER, OF_GROUP, 'sim-managed', NONE]],
    [{ PolicyArn: MANAGED }, [OF_USER, OF_GROUP, NONE, 'IAMReadOnlyAccess']],
    [
      { PolicyArn: MANAGED.replace('/simulation/', '/') },
      [OF_USER, OF_GROUP, NONE, 'IAMReadOnlyAccess'],
    ],
    [
      { PolicyArn: MANAGED.replace('/simulation/', '/elsewhere/') },
      [OF_USER, OF_GROUP, 'sim-managed', 'IAMReadOnlyAccess'],
    ],
    [
      { PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' },
      [OF_USER, OF_GROUP, 'sim-managed', NONE],
    ],
    [
      {
        InlinePolicyIdentifier: {
          PolicyName: 'GroupInline',
          AttachmentType: 'group',
          AttachmentName: 'sim-group',
        },
      },
      [OF_USER, NONE, 'sim-managed', 'IAMReadOnlyAccess'],
    ],
    [{ PolicyType: 'scp' }, [OF_USER, OF_GROUP, 'sim-managed', 'IAMReadOnlyAccess']],
  ])('leaves out %o', async (exclusion, sources) => {
    expect(listSources(await simulate({ PolicyExclusionList: [exclusion] }))).toEqual(sources)
  })

  it('adds the policies that are given, which no exclusion touches', async () => {
    const results = await simulate({
      PolicyInputList: [formatAllow('s3:DeleteObject')],
      PolicyExclusionList: [{ PolicyType: 'inline' }, { PolicyType: 'user-managed' }],
    })
    expect(listSources(results)).toEqual([NONE, NONE, 'PolicyInputList.1', 'IAMReadOnlyAccess'])
  })

  it('evaluates the version in force', async () => {
    const { iam } = world
    const document = formatAllow('s3:DeleteObject').replace('Allow', 'Deny')
    const version = { PolicyArn: MANAGED, PolicyDocument: document, SetAsDefault: true }
    await iam.send(new CreatePolicyVersionCommand(version))
    const [, , result] = await simulate()
    expect(result).toMatchObject({
      EvalDecision: 'explicitDeny',
      MatchedStatements: [{ SourcePolicyId: 'sim-managed', SourcePolicyType: 'IAM Policy' }],
    })
    const back = { ...version, PolicyDocument: formatAllow('s3:DeleteObject') }
    await iam.send(new CreatePolicyVersionCommand(back))
  })

  it('obeys the boundary, unless it is left out or replaced', async () => {
    const { iam } = world
    await iam.send(new CreateUserCommand({ UserName: 'bounded' }))
    const policy = { PolicyName: 'All', PolicyDocument: formatAllow('*') }
    await iam.send(new PutUserPolicyCommand({ UserName: 'bounded', ...policy }))
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: 'bounded', PermissionsBoundary }),
    )
    const ask = (input: Partial<SimulatePrincipalPolicyCommandInput>) =>
      simulate({
        PolicySourceArn: 'arn:aws:iam::123456789012:user/bounded',
        ActionNames: ['iam:GetRole', 's3:GetObject'],
        ...input,
      })
    const detail = ({ EvalDecision, PermissionsBoundaryDecisionDetail }: EvaluationResult) => [
      EvalDecision,
      PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
    ]
    expect((await ask({})).map(detail)).toEqual([
      ['allowed', true],
      ['implicitDeny', false],
    ])
    // An exclusion by ARN is about what is attached.
    const byArn = await ask({ PolicyExclusionList: [{ PolicyArn: PermissionsBoundary }] })
    expect(byArn.map(detail)[1]).toEqual(['implicitDeny', false])
    const free = await ask({ PolicyExclusionList: [{ PolicyType: 'permission-boundary' }] })
    expect(free.map(detail)).toEqual([
      ['allowed', undefined],
      ['allowed', undefined],
    ])
    const replaced = await ask({ PermissionsBoundaryPolicyInputList: [formatAllow('s3:*')] })
    expect(replaced.map(detail)).toEqual([
      ['implicitDeny', false],
      ['allowed', true],
    ])
  })

  it.each([
    ['aws:PrincipalArn', USER],
    ['aws:username', 'sim-user'],
    ['aws:PrincipalAccount', '123456789012'],
    ['aws:PrincipalTag/team', 'data'],
  ])('knows %s = %s', async (key, value) => {
    const document = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'x:y',
          Resource: '*',
          Condition: { StringEquals: { [key]: value } },
        },
      ],
    }
    const PolicyInputList = [JSON.stringify(document)]
    const [known] = await simulate({ ActionNames: ['x:y'], PolicyInputList })
    expect(known?.EvalDecision).toBe('allowed')
    const CallerArn = 'arn:aws:iam::999999999999:user/eve'
    const [other] = await simulate({ ActionNames: ['x:y'], PolicyInputList, CallerArn })
    expect(other?.EvalDecision).toBe('implicitDeny')
  })

  it.each([
    ['arn:aws:iam::123456789012:root', 'InvalidInput'],
    ['arn:aws:sts::123456789012:assumed-role/sim-role/s', 'InvalidInput'],
    ['arn:aws:iam::999999999999:user/sim-user', 'InvalidInput'],
    ['x'.repeat(20), 'InvalidInput'],
  ])('refuses %s as a source', async (PolicySourceArn, Code) => {
    await expect(simulate({ PolicySourceArn })).rejects.toMatchObject({
      Code,
      message: `Invalid Entity Arn: ${PolicySourceArn} does not clearly define entity type and name.`,
    })
  })

  it('says that a source does not exist to who may ask, and only then', async () => {
    const parameters = {
      Action: 'SimulatePrincipalPolicy',
      PolicySourceArn: 'arn:aws:iam::123456789012:role/x/ghost',
      'ActionNames.member.1': 'a:b',
    }
    expect(await provoke(world, world.admin, parameters)).toEqual([
      404,
      'NoSuchEntity',
      'The role with name ghost cannot be found.',
    ])
    const nobody = await createCaller(world, 'nobody', [])
    for (const [PolicySourceArn, resource] of [
      ['arn:aws:iam::123456789012:user/elsewhere/sim-user', USER],
      [ROLE, ROLE],
      ['arn:aws:iam::123456789012:root', 'arn:aws:iam::123456789012:root'],
    ] as const) {
      expect(await provoke(world, nobody, { ...parameters, PolicySourceArn })).toEqual([
        403,
        'AccessDenied',
        formatDenial('nobody', 'SimulatePrincipalPolicy', resource),
      ])
    }
  })
})

describe('SimulatePrincipalPolicy in an organization', () => {
  it('obeys the service control policies, unless they are left out', async () => {
    await using server = await startTestServer()
    const organization = 'o-example1234/r-ab12/ou-ab12-11111111'
    const account = await addAccount(server, '123456789012', { organization })
    const { credentials } = await addUser(server, account, 'admin')
    const guard = { organizationId: 'o-example1234', kind: 'scp' } as const
    const all = { Effect: 'Allow', Action: '*', Resource: '*' }
    const but = { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }
    await server.data.store.saveControlPolicy({
      ...guard,
      targetId: 'ou-ab12-11111111',
      name: 'guard',
      document: JSON.stringify({ Version: '2012-10-17', Statement: [all, but] }),
    })
    const iam = createIamClient(server, credentials)
    const ask = async (PolicyExclusionList: PolicyIdentifier[] = []) => {
      const { EvaluationResults: results = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: 'arn:aws:iam::123456789012:user/admin',
          ActionNames: ['s3:GetObject', 's3:PutObject'],
          PolicyExclusionList,
        }),
      )
      return results.map(({ EvalDecision, MatchedStatements, OrganizationsDecisionDetail }) => [
        EvalDecision,
        MatchedStatements?.length,
        OrganizationsDecisionDetail?.AllowedByOrganizations,
      ])
    }
    expect(await ask()).toEqual([
      ['allowed', 1, true],
      ['explicitDeny', 0, false],
    ])
    expect(await ask([{ PolicyType: 'scp' }])).toEqual([
      ['allowed', 1, true],
      ['allowed', 1, true],
    ])
    iam.destroy()
  })
})
