import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  EntityAlreadyExistsException,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  NoSuchEntityException,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  paginateListUsers,
  paginateListUserTags,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
  waitUntilUserExists,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatAllow } from '../support/policies.ts'
import {
  createCaller,
  createIamClient,
  type IamWorld,
  startIamWorld,
} from '../support/worlds/iam.ts'

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe('users with the AWS SDK for JavaScript', () => {
  it('live from creation to deletion', async () => {
    const { iam } = world
    const created = await iam.send(
      new CreateUserCommand({
        UserName: 'Alice',
        Path: '/people/',
        Tags: [{ Key: 'team', Value: 'data é' }],
      }),
    )
    expect(created.User).toEqual({
      Path: '/people/',
      UserName: 'Alice',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::123456789012:user/people/Alice',
      CreateDate: new Date(Math.floor(world.server.clock.nowMs() / 1000) * 1000),
      Tags: [{ Key: 'team', Value: 'data é' }],
    })
    const found = await waitUntilUserExists({ client: iam, maxWaitTime: 5 }, { UserName: 'aLICE' })
    expect(found.state).toBe('SUCCESS')
    const { User: user } = await iam.send(new GetUserCommand({ UserName: 'ALICE' }))
    expect(user).toEqual(created.User)

    await iam.send(
      new UpdateUserCommand({ UserName: 'Alice', NewUserName: 'Eve', NewPath: '/staff/' }),
    )
    await expect(iam.send(new GetUserCommand({ UserName: 'Alice' }))).rejects.toBeInstanceOf(
      NoSuchEntityException,
    )
    const { User: renamed } = await iam.send(new GetUserCommand({ UserName: 'Eve' }))
    expect(renamed).toMatchObject({
      UserId: user?.UserId,
      Arn: 'arn:aws:iam::123456789012:user/staff/Eve',
    })
    await iam.send(new UpdateUserCommand({ UserName: 'Eve', NewUserName: 'eve' }))
    await iam.send(new UpdateUserCommand({ UserName: 'EVE' }))
    await expect(
      iam.send(new UpdateUserCommand({ UserName: 'eve', NewUserName: 'Admin' })),
    ).rejects.toBeInstanceOf(EntityAlreadyExistsException)
    await iam.send(new DeleteUserCommand({ UserName: 'eve' }))
    await expect(iam.send(new GetUserCommand({ UserName: 'eve' }))).rejects.toBeInstanceOf(
      NoSuchEntityException,
    )
  })

  it('are listed below a path, page by page, without boundary and tags', async () => {
    const { iam } = world
    const names = ['l1', 'L2', 'l3', 'l4', 'l5']
    for (const UserName of names) {
      const Tags = [{ Key: 'a', Value: 'b' }]
      await iam.send(new CreateUserCommand({ UserName, Path: '/listed/', Tags }))
    }
    const pages: (string | undefined)[][] = []
    for await (const page of paginateListUsers(
      { client: iam, pageSize: 2 },
      { PathPrefix: '/listed/' },
    )) {
      pages.push((page.Users ?? []).map(user => user.UserName))
      for (const user of page.Users ?? []) expect(user).not.toHaveProperty('Tags')
    }
    expect(pages).toEqual([['l1', 'L2'], ['l3', 'l4'], ['l5']])
    const nothing = await iam.send(new ListUsersCommand({ PathPrefix: '/nobody/' }))
    expect(nothing).toMatchObject({ Users: [], IsTruncated: false })
  })

  it('have tags, which are replaced without regard to case and listed by key', async () => {
    const { iam } = world
    await iam.send(new CreateUserCommand({ UserName: 'tagged' }))
    await iam.send(
      new TagUserCommand({
        UserName: 'tagged',
        Tags: [
          { Key: 'b', Value: '' },
          { Key: 'Team', Value: 'x' },
          { Key: 'a', Value: '1' },
        ],
      }),
    )
    await iam.send(new TagUserCommand({ UserName: 'tagged', Tags: [{ Key: 'team', Value: 'y' }] }))
    await iam.send(new UntagUserCommand({ UserName: 'tagged', TagKeys: ['A', 'never'] }))
    const listed = await iam.send(new ListUserTagsCommand({ UserName: 'tagged' }))
    expect(listed.Tags).toEqual([
      { Key: 'b', Value: '' },
      { Key: 'team', Value: 'y' },
    ])
    const keys: (string | undefined)[] = []
    for await (const page of paginateListUserTags(
      { client: iam, pageSize: 1 },
      { UserName: 'tagged' },
    )) {
      keys.push(...(page.Tags ?? []).map(tag => tag.Key))
    }
    expect(keys).toEqual(['b', 'team'])
  })

  it('have inline policies, which take effect at once', async () => {
    const { iam, server } = world
    const credentials = await createCaller(world, 'governed', [])
    const own = createIamClient(server, credentials)
    await expect(own.send(new GetUserCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
    const PolicyDocument = formatAllow('iam:GetUser', 'arn:aws:iam::*:user/*/é*(!)')
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'governed', PolicyName: 'a', PolicyDocument }),
    )
    const shown = await iam.send(
      new GetUserPolicyCommand({ UserName: 'governed', PolicyName: 'a' }),
    )
    expect(decodeURIComponent(shown.PolicyDocument ?? '')).toBe(PolicyDocument)
    expect(shown.PolicyDocument).toMatch(/^[A-Za-z0-9\-_.~%]+$/)
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'governed',
        PolicyName: 'A',
        PolicyDocument: formatAllow('iam:GetUser'),
      }),
    )
    const listed = await iam.send(new ListUserPoliciesCommand({ UserName: 'governed' }))
    expect(listed).toMatchObject({ PolicyNames: ['a'], IsTruncated: false })
    expect((await own.send(new GetUserCommand({}))).User?.UserName).toBe('governed')
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'governed', PolicyName: 'a' }))
    await expect(own.send(new GetUserCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('have managed policies, of AWS and of the account, and a boundary over them', async () => {
    const { iam, server } = world
    const own = createIamClient(server, await createCaller(world, 'attached', []))
    const { Policy: policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'nothing-useful',
        Path: '/x/',
        PolicyDocument: formatAllow('sts:GetCallerIdentity'),
      }),
    )
    for (const PolicyArn of [READ_ONLY, policy?.Arn, READ_ONLY]) {
      await iam.send(new AttachUserPolicyCommand({ UserName: 'attached', PolicyArn }))
    }
    const list = (PathPrefix?: string) =>
      iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'attached', PathPrefix }))
    expect((await list()).AttachedPolicies).toEqual([
      { PolicyName: 'nothing-useful', PolicyArn: policy?.Arn },
      { PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY },
    ])
    expect((await list('/x/')).AttachedPolicies).toHaveLength(1)
    expect((await own.send(new GetUserCommand({}))).User?.UserName).toBe('attached')

    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: 'attached',
        PermissionsBoundary: policy?.Arn,
      }),
    )
    const { User: bounded } = await iam.send(new GetUserCommand({ UserName: 'attached' }))
    expect(bounded?.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: policy?.Arn,
    })
    await expect(own.send(new GetUserCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('because no permissions boundary allows'),
    })
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'attached' }))
    expect((await own.send(new GetUserCommand({}))).User?.PermissionsBoundary).toBeUndefined()
    await iam.send(new DetachUserPolicyCommand({ UserName: 'attached', PolicyArn: READ_ONLY }))
    await expect(own.send(new GetUserCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})
