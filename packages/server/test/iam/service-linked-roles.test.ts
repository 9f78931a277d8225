import {
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  ListAttachedRolePoliciesCommand,
  ListRoleTagsCommand,
  TagRoleCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Parameters } from '../support/calls.ts'
import { formatAllow, TRUST } from '../support/policies.ts'
import {
  createCaller,
  createIamClient,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'

const ECS = 'AWSServiceRoleForECS'
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const DAY_MS = 24 * 60 * 60 * 1000

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
  await make('ecs.amazonaws.com')
  const plain = { RoleName: 'plain', AssumeRolePolicyDocument: TRUST }
  await world.iam.send(new CreateRoleCommand(plain))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function make(AWSServiceName: string, CustomSuffix?: string) {
  const input = { AWSServiceName, Description: 'linked', CustomSuffix }
  return (await world.iam.send(new CreateServiceLinkedRoleCommand(input))).Role
}

describe('roles that are linked to services, with the AWS SDK for JavaScript', () => {
  it('are made with trust and policy of the service, and deleted', async () => {
    const { iam } = world
    const role = await make('autoscaling.amazonaws.com')
    expect(role).toMatchObject({
      Path: '/aws-service-role/autoscaling.amazonaws.com/',
      RoleName: 'AWSServiceRoleForAutoScaling',
      Arn: 'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      MaxSessionDuration: 3600,
      Description: 'linked',
    })
    expect(JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'autoscaling.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    })
    const RoleName = role?.RoleName
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    expect(attached.AttachedPolicies).toEqual([
      {
        PolicyName: 'AutoScalingServiceRolePolicy',
        PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy',
      },
    ])
    const deletion = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }))
    expect(deletion.DeletionTaskId).toMatch(
      /^task\/aws-service-role\/autoscaling\.amazonaws\.com\/AWSServiceRoleForAutoScaling\/[0-9a-f-]{36}$/,
    )
    const { DeletionTaskId } = deletion
    const asked = new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId })
    expect(await iam.send(asked)).toMatchObject({ Status: 'SUCCEEDED' })
    await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
  })

  it.each([
    ['autoscaling.amazonaws.com', 'mine', 'AWSServiceRoleForAutoScaling_mine'],
    ['new-thing.amazonaws.com', undefined, 'AWSServiceRoleForNewThing'],
    ['new-thing.amazonaws.com', 'two', 'AWSServiceRoleForNewThing_two'],
    [
      'lambda.application-autoscaling.amazonaws.com',
      undefined,
      'AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency',
    ],
  ])('of %s with the suffix %s are called %s', async (service, suffix, name) => {
    expect(await make(service, suffix)).toMatchObject({
      RoleName: name,
      Path: `/aws-service-role/${service}/`,
    })
  })

  it('change their description and their tags, as with AWS', async () => {
    const { iam } = world
    const RoleName = ECS
    await iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: 'one' }))
    await iam.send(new UpdateRoleCommand({ RoleName, Description: 'two' }))
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: 'b' }] }))
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }))
    expect(role?.Description).toBe('two')
    expect((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toHaveLength(1)
  })

  it('are remembered for a week after they were deleted', async () => {
    const { iam, server, admin } = world
    const RoleName = (await make('spot.amazonaws.com'))?.RoleName
    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }))
    const asked = () =>
      createIamClient(server, admin).send(
        new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }),
      )
    server.clock.moveBy(7 * DAY_MS)
    expect((await asked()).Status).toBe('SUCCEEDED')
    server.clock.moveBy(1)
    await expect(asked()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    server.clock.moveBy(-7 * DAY_MS - 1)
  })
})

const PROTECTED = [
  400,
  'UnmodifiableEntity',
  `Cannot perform the operation on the protected role '${ECS}' - this role is only modifiable by AWS`,
] as const
const POLICY = { PolicyName: 'p', PolicyDocument: formatAllow('iam:GetUser') }
const TASK = `task/aws-service-role/ecs.amazonaws.com/${ECS}/00000000-0000-4000-8000-000000000000`

describe('refusals', () => {
  it.each<readonly [parameters: Parameters]>([
    [{ Action: 'DeleteRole' }],
    [{ Action: 'UpdateAssumeRolePolicy', PolicyDocument: TRUST }],
    [{ Action: 'UpdateRole', MaxSessionDuration: '7200' }],
    [{ Action: 'AttachRolePolicy', PolicyArn: READ_ONLY }],
    [{ Action: 'DetachRolePolicy', PolicyArn: READ_ONLY }],
    [{ Action: 'PutRolePolicy', ...POLICY }],
    [{ Action: 'DeleteRolePolicy', PolicyName: 'p' }],
    [{ Action: 'PutRolePermissionsBoundary', PermissionsBoundary: READ_ONLY }],
  ])('a linked role is only for AWS: %j', async parameters => {
    const request = { ...parameters, RoleName: ECS }
    expect(await provoke(world, world.admin, request as Parameters)).toEqual(PROTECTED)
  })

  it.each<readonly [parameters: Parameters, refusal: readonly [number, string, unknown]]>([
    [
      { Action: 'CreateServiceLinkedRole', AWSServiceName: 'ecs.amazonaws.com' },
      [
        400,
        'InvalidInput',
        `Service role name ${ECS} has been taken in this account, please try a different suffix.`,
      ],
    ],
    [
      {
        Action: 'CreateServiceLinkedRole',
        AWSServiceName: 'es.amazonaws.com',
        CustomSuffix: 'x',
      },
      [400, 'InvalidInput', 'Custom suffix is not allowed for es.amazonaws.com'],
    ],
    [
      { Action: 'CreateServiceLinkedRole', AWSServiceName: 'example.org' },
      [400, 'InvalidInput', 'example.org is not a valid AWS service name.'],
    ],
    [
      { Action: 'DeleteServiceLinkedRole', RoleName: 'plain' },
      [404, 'NoSuchEntity', 'The role with name plain cannot be found.'],
    ],
    [
      { Action: 'DeleteServiceLinkedRole', RoleName: 'ghost' },
      [404, 'NoSuchEntity', 'The role with name ghost cannot be found.'],
    ],
    [
      { Action: 'GetServiceLinkedRoleDeletionStatus', DeletionTaskId: TASK },
      [404, 'NoSuchEntity', `Deletion task with id ${TASK} cannot be found.`],
    ],
    [
      { Action: 'GetServiceLinkedRoleDeletionStatus', DeletionTaskId: 'task' },
      [400, 'InvalidInput', 'Deletion task id task is not valid.'],
    ],
    [
      {
        Action: 'CreateRole',
        RoleName: 'x',
        Path: '/aws-service-role/ecs.amazonaws.com/',
        AssumeRolePolicyDocument: TRUST,
      },
      [400, 'InvalidInput', 'Path /aws-service-role/ is reserved for AWS.'],
    ],
    [
      {
        Action: 'AttachRolePolicy',
        RoleName: 'plain',
        PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy',
      },
      [400, 'PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer Role.'],
    ],
  ])('%j', async (parameters, refusal) => {
    expect(await provoke(world, world.admin, parameters)).toEqual(refusal)
  })

  it.each([
    ['ecs.amazonaws.com', 403],
    ['batch.amazonaws.com', 400],
  ])('who may link no role of %s is told so first', async (service, status) => {
    const statement = {
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'batch.amazonaws.com' } },
    }
    const caller = await createCaller(world, `maker-${status}`, [statement])
    const request = { Action: 'CreateServiceLinkedRole', AWSServiceName: service }
    if (status === 400) await make(service)
    expect((await provoke(world, caller, request))[0]).toBe(status)
  })
})
