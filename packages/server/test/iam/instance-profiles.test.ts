import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  paginateListInstanceProfiles,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
  waitUntilInstanceProfileExists,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, type Parameters } from '../support/calls.ts'
import { TRUST } from '../support/policies.ts'
import {
  createCaller,
  formatDenial,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
  for (const RoleName of ['machine', 'other']) {
    await world.iam.send(
      new CreateRoleCommand({ RoleName, Path: '/m/', AssumeRolePolicyDocument: TRUST }),
    )
  }
  await makeProfile('full', { Path: '/p/', Tags: [{ Key: 'team', Value: 'a' }] })
  await put('full', 'machine')
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function makeProfile(
  InstanceProfileName: string,
  changes: Partial<CreateInstanceProfileCommand['input']> = {},
) {
  const input = { InstanceProfileName, ...changes }
  return (await world.iam.send(new CreateInstanceProfileCommand(input))).InstanceProfile
}

function put(InstanceProfileName: string, RoleName: string) {
  return world.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))
}

async function show(InstanceProfileName: string) {
  const shown = await world.iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))
  return shown.InstanceProfile
}

describe('instance profiles with the AWS SDK for JavaScript', () => {
  it('are made, shown, filled, emptied and deleted', async () => {
    const { iam } = world
    const Tags = [{ Key: 'Team', Value: 'a' }]
    const made = await makeProfile('whole', { Path: '/x/', Tags })
    expect(made).toEqual({
      Path: '/x/',
      InstanceProfileName: 'whole',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::123456789012:instance-profile/x/whole',
      CreateDate: expect.any(Date),
      Roles: [],
      Tags,
    })
    const waiting = { client: iam, maxWaitTime: 5 }
    await waitUntilInstanceProfileExists(waiting, { InstanceProfileName: 'whole' })
    await put('WHOLE', 'Machine')
    const filled = await show('whole')
    expect(filled).toMatchObject({ Tags, Roles: [{ RoleName: 'machine', Path: '/m/' }] })
    expect(filled?.Roles?.[0]?.AssumeRolePolicyDocument).toContain('sts%3AAssumeRole')
    const ofRole = new ListInstanceProfilesForRoleCommand({ RoleName: 'machine' })
    const names = (await iam.send(ofRole)).InstanceProfiles?.map(p => p.InstanceProfileName)
    expect(names).toEqual(['full', 'whole'])
    const inIt = { InstanceProfileName: 'whole', RoleName: 'machine' }
    await iam.send(new RemoveRoleFromInstanceProfileCommand(inIt))
    expect((await show('whole'))?.Roles).toEqual([])
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: 'whole' }))
    await expect(show('whole')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  it('have tags that come and go', async () => {
    const { iam } = world
    const InstanceProfileName = 'tagged'
    await makeProfile(InstanceProfileName)
    const list = async () =>
      (await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))).Tags
    const Tags = [
      { Key: 'b', Value: '1' },
      { Key: 'a', Value: '2' },
    ]
    await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }))
    expect(await list()).toEqual(Tags.toReversed())
    await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['b', 'x'] }))
    expect(await list()).toEqual([{ Key: 'a', Value: '2' }])
  })

  it('are listed by name below a path, without tags, page by page', async () => {
    for (const name of ['l-b', 'L-a', 'l-c']) {
      await makeProfile(name, { Path: '/listed/', Tags: [{ Key: 'a', Value: '' }] })
    }
    const names: (string | undefined)[] = []
    const paging = { client: world.iam, pageSize: 2 }
    for await (const page of paginateListInstanceProfiles(paging, { PathPrefix: '/listed/' })) {
      for (const profile of page.InstanceProfiles ?? []) {
        names.push(profile.InstanceProfileName)
        expect(profile).not.toHaveProperty('Tags')
      }
    }
    expect(names).toEqual(['L-a', 'l-b', 'l-c'])
  })

  it('are counted, and stand with their role', async () => {
    const { iam } = world
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}))
    expect(SummaryMap?.['InstanceProfiles']).toBeGreaterThanOrEqual(1)
    const { RoleDetailList } = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }),
    )
    const machine = RoleDetailList?.find(({ RoleName }) => RoleName === 'machine')
    expect(machine?.InstanceProfileList).toMatchObject([
      { InstanceProfileName: 'full', Roles: [{ RoleName: 'machine' }] },
    ])
  })
})

const FULL = { InstanceProfileName: 'full' }
const TAG = { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' }

/** Every action on an instance profile, with what it needs besides the name. */
const ACTIONS: readonly (readonly [action: string, parameters: Parameters])[] = [
  ['GetInstanceProfile', {}],
  ['DeleteInstanceProfile', {}],
  ['AddRoleToInstanceProfile', { RoleName: 'other' }],
  ['RemoveRoleFromInstanceProfile', { RoleName: 'machine' }],
  ['TagInstanceProfile', TAG],
  ['UntagInstanceProfile', { 'TagKeys.member.1': 'k' }],
  ['ListInstanceProfileTags', {}],
]

describe('an instance profile that is not there', () => {
  it.each(ACTIONS)('%s says so to who may act, and to nobody else', async (Action, parameters) => {
    const { admin } = world
    const nobody = await createCaller(world, `nobody-${Action}`, [])
    const request = { Action, ...parameters, InstanceProfileName: 'ghost' }
    expect(await provoke(world, admin, request)).toEqual([
      404,
      'NoSuchEntity',
      'Instance Profile ghost cannot be found.',
    ])
    for (const [InstanceProfileName, path] of [
      ['ghost', '/'],
      ['full', '/p/'],
    ] as const) {
      const refusal = await provoke(world, nobody, { ...request, InstanceProfileName })
      const resource = `arn:aws:iam::123456789012:instance-profile${path}${InstanceProfileName}`
      const denial = formatDenial(`nobody-${Action}`, Action, resource)
      expect(refusal).toEqual([403, 'AccessDenied', denial])
    }
  })
})

describe('refusals', () => {
  it.each<readonly [parameters: Parameters, refusal: readonly [number, string, unknown]]>([
    [
      { Action: 'CreateInstanceProfile', InstanceProfileName: 'FULL' },
      [409, 'EntityAlreadyExists', 'Instance Profile FULL already exists.'],
    ],
    [
      { Action: 'CreateInstanceProfile', InstanceProfileName: 'n'.repeat(129) },
      [400, 'ValidationError', expect.stringContaining('length less than or equal to 128')],
    ],
    [
      { Action: 'AddRoleToInstanceProfile', ...FULL, RoleName: 'other' },
      [409, 'LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1'],
    ],
    [
      { Action: 'AddRoleToInstanceProfile', ...FULL, RoleName: 'ghost' },
      [404, 'NoSuchEntity', 'The role with name ghost cannot be found.'],
    ],
    [
      { Action: 'RemoveRoleFromInstanceProfile', ...FULL, RoleName: 'other' },
      [404, 'NoSuchEntity', 'The role with name other cannot be found.'],
    ],
    [
      { Action: 'DeleteInstanceProfile', ...FULL },
      [
        409,
        'DeleteConflict',
        'Cannot delete entity, must remove roles from instance profile first.',
      ],
    ],
    [
      { Action: 'DeleteRole', RoleName: 'machine' },
      [
        409,
        'DeleteConflict',
        'Cannot delete entity, must remove roles from instance profile first.',
      ],
    ],
    [
      { Action: 'TagInstanceProfile', ...FULL },
      [400, 'InvalidInput', 'Error occurred while validating input. '],
    ],
    [{ Action: 'ListInstanceProfiles', Marker: 'x' }, [400, 'ValidationError', 'Invalid Marker.']],
  ])('%j', async (parameters, refusal) => {
    expect(await provoke(world, world.admin, parameters)).toEqual(refusal)
  })

  it('leave a role that is in a profile with everything that it had', async () => {
    const { iam } = world
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'machine', PolicyArn }))
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'machine' }))).rejects.toThrow(
      'must detach all policies first',
    )
  })
})

describe('putting a role into an instance profile', () => {
  const ADD = { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' }
  const PASS = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: 'arn:aws:iam::123456789012:role/m/*',
  }
  const toService = (service: string) => ({
    ...PASS,
    Condition: { StringEquals: { 'iam:PassedToService': service } },
  })

  it.each([
    ['without more', [ADD], false],
    ['with the role to pass', [ADD, PASS], true],
    ['with the role to pass to EC2', [ADD, toService('ec2.amazonaws.com')], true],
    ['with the role to pass to others', [ADD, toService('lambda.amazonaws.com')], false],
  ])('takes iam:PassRole: %s', async (what, statements, isAllowed) => {
    const name = what.replaceAll(' ', '-')
    await makeProfile(name)
    const caller = await createCaller(world, name, statements)
    const request = {
      Action: 'AddRoleToInstanceProfile',
      InstanceProfileName: name,
      RoleName: 'other',
    }
    if (!isAllowed) {
      const [status, , message] = await provoke(world, caller, request)
      expect([status, message]).toEqual([
        403,
        formatDenial(name, 'PassRole', 'arn:aws:iam::123456789012:role/m/other'),
      ])
      return
    }
    const { status } = await call(world.server, caller, { service: 'iam', parameters: request })
    expect(status).toBe(200)
  })

  it('takes iam:TagInstanceProfile of who makes it with tags', async () => {
    const statements = [{ Effect: 'Allow', Action: 'iam:CreateInstanceProfile', Resource: '*' }]
    const caller = await createCaller(world, 'no-tags', statements)
    const request = { Action: 'CreateInstanceProfile', InstanceProfileName: 'with-tags' }
    const resource = 'arn:aws:iam::123456789012:instance-profile/with-tags'
    expect(await provoke(world, caller, { ...request, ...TAG })).toEqual([
      403,
      'AccessDenied',
      formatDenial('no-tags', 'TagInstanceProfile', resource),
    ])
  })
})
