import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteConflictException,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetUserCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  NoSuchEntityException,
  PutGroupPolicyCommand,
  paginateGetGroup,
  paginateListGroups,
  paginateListGroupsForUser,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatAllow } from '../support/policies.ts'
import {
  createCaller,
  createIamClient,
  type IamWorld,
  startIamWorld,
} from '../support/worlds/iam.ts'

const READ_ONLY = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe('groups with the AWS SDK for JavaScript', () => {
  it('live from creation to deletion', async () => {
    const { iam } = world
    const { Group: created } = await iam.send(
      new CreateGroupCommand({ GroupName: 'Devs', Path: '/teams/' }),
    )
    expect(created).toEqual({
      Path: '/teams/',
      GroupName: 'Devs',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::123456789012:group/teams/Devs',
      CreateDate: new Date(Math.floor(world.server.clock.nowMs() / 1000) * 1000),
    })
    const shown = await iam.send(new GetGroupCommand({ GroupName: 'DEVS' }))
    expect(shown).toMatchObject({ Group: created, Users: [], IsTruncated: false })
    await iam.send(new UpdateGroupCommand({ GroupName: 'devs', NewGroupName: 'Ops', NewPath: '/' }))
    const { Group: renamed } = await iam.send(new GetGroupCommand({ GroupName: 'Ops' }))
    expect(renamed).toEqual({
      ...created,
      Path: '/',
      GroupName: 'Ops',
      Arn: 'arn:aws:iam::123456789012:group/Ops',
    })
    await iam.send(new DeleteGroupCommand({ GroupName: 'Ops' }))
    await expect(iam.send(new GetGroupCommand({ GroupName: 'Ops' }))).rejects.toBeInstanceOf(
      NoSuchEntityException,
    )
  })

  it('are listed below a path, page by page', async () => {
    const { iam } = world
    for (const GroupName of ['l3', 'L2', 'l1']) {
      await iam.send(new CreateGroupCommand({ GroupName, Path: '/listed/' }))
    }
    const pages: (string | undefined)[][] = []
    const paginator = paginateListGroups({ client: iam, pageSize: 2 }, { PathPrefix: '/listed/' })
    for await (const page of paginator) {
      pages.push((page.Groups ?? []).map(group => group.GroupName))
    }
    expect(pages).toEqual([['l1', 'L2'], ['l3']])
    expect((await iam.send(new ListGroupsCommand({ PathPrefix: '/none/' }))).Groups).toEqual([])
  })

  it('have users, who are listed from both sides', async () => {
    const { iam } = world
    for (const GroupName of ['g1', 'g2', 'g3']) {
      await iam.send(new CreateGroupCommand({ GroupName }))
    }
    for (const UserName of ['m2', 'M1']) {
      await iam.send(new CreateUserCommand({ UserName }))
      await iam.send(new AddUserToGroupCommand({ GroupName: 'g1', UserName }))
    }
    for (const GroupName of ['g3', 'g2', 'G2']) {
      await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'm1' }))
    }
    const members: (string | undefined)[] = []
    for await (const page of paginateGetGroup({ client: iam, pageSize: 1 }, { GroupName: 'g1' })) {
      expect(page.Group?.GroupName).toBe('g1')
      members.push(...(page.Users ?? []).map(user => user.UserName))
    }
    expect(members).toEqual(['M1', 'm2'])
    const groups: (string | undefined)[] = []
    const paginator = paginateListGroupsForUser({ client: iam, pageSize: 2 }, { UserName: 'M1' })
    for await (const page of paginator) {
      groups.push(...(page.Groups ?? []).map(group => group.GroupName))
    }
    expect(groups).toEqual(['g1', 'g2', 'g3'])

    await expect(iam.send(new DeleteGroupCommand({ GroupName: 'g1' }))).rejects.toBeInstanceOf(
      DeleteConflictException,
    )
    for (const GroupName of groups) {
      await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName: 'm1' }))
    }
    const { Groups: left } = await iam.send(new ListGroupsForUserCommand({ UserName: 'M1' }))
    expect(left).toEqual([])
    await expect(
      iam.send(new RemoveUserFromGroupCommand({ GroupName: 'g2', UserName: 'm1' })),
    ).rejects.toBeInstanceOf(NoSuchEntityException)
  })

  it('give their policies to their users, until they are out', async () => {
    const { iam, server } = world
    const own = createIamClient(server, await createCaller(world, 'inheritor', []))
    const isAllowed = () =>
      own.send(new GetUserCommand({})).then(
        () => true,
        () => false,
      )
    await iam.send(new CreateGroupCommand({ GroupName: 'givers' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'givers', UserName: 'inheritor' }))
    expect(await isAllowed()).toBe(false)

    const policy = { GroupName: 'givers', PolicyName: 'look' }
    await iam.send(
      new PutGroupPolicyCommand({ ...policy, PolicyDocument: formatAllow('iam:GetUser') }),
    )
    expect(await isAllowed()).toBe(true)
    const shown = await iam.send(new GetGroupPolicyCommand(policy))
    expect(decodeURIComponent(shown.PolicyDocument ?? '')).toBe(formatAllow('iam:GetUser'))
    expect(
      (await iam.send(new ListGroupPoliciesCommand({ GroupName: 'givers' }))).PolicyNames,
    ).toEqual(['look'])
    await iam.send(new DeleteGroupPolicyCommand(policy))
    expect(await isAllowed()).toBe(false)

    const attachment = { GroupName: 'givers', PolicyArn: READ_ONLY }
    await iam.send(new AttachGroupPolicyCommand(attachment))
    expect(await isAllowed()).toBe(true)
    const attached = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'givers' }))
    expect(attached.AttachedPolicies).toEqual([
      { PolicyName: 'IAMReadOnlyAccess', PolicyArn: READ_ONLY },
    ])
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'givers', UserName: 'inheritor' }))
    expect(await isAllowed()).toBe(false)
    await iam.send(new DetachGroupPolicyCommand(attachment))
    await iam.send(new DeleteGroupCommand({ GroupName: 'givers' }))
  })
})
