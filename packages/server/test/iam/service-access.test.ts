import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  ListPoliciesGrantingServiceAccessCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUser } from '../support/accounts.ts'
import type { Parameters } from '../support/calls.ts'
import { formatAllow, TRUST } from '../support/policies.ts'
import {
  createCaller,
  createIamClient,
  formatDenial,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'

const ARN = 'arn:aws:iam::123456789012'
const AWS = 'arn:aws:iam::aws:policy'
const JOB = '00000000-0000-4000-8000-000000000000'
const DAY_MS = 24 * 60 * 60 * 1000

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
  const { iam } = world
  await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/u/' }))
  await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
  await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName: 'bob' }))
  await iam.send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument: TRUST }))
  const own = { PolicyName: 'own', PolicyDocument: formatAllow('iam:GetUser') }
  await iam.send(new PutUserPolicyCommand({ UserName: 'bob', ...own }))
  await iam.send(
    new PutGroupPolicyCommand({
      GroupName: 'devs',
      PolicyName: 'shared',
      PolicyDocument: formatAllow('sts:*'),
    }),
  )
  const readOnly = { PolicyArn: `${AWS}/IAMReadOnlyAccess` }
  await iam.send(new AttachUserPolicyCommand({ UserName: 'bob', ...readOnly }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', ...readOnly }))
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'app',
      PolicyName: 'keys',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 's3:*',
            // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies
            Resource: 'arn:aws:s3:::${aws:username}',
            Condition: {
              StringEquals: { 'aws:SourceVpc': 'x', 'AWS:username': 'y' },
              Bool: { 'aws:SecureTransport': 'true' },
            },
          },
        ],
      }),
    }),
  )
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe('ListPoliciesGrantingServiceAccess', () => {
  async function list(arn: string, ...ServiceNamespaces: string[]) {
    const input = { Arn: arn, ServiceNamespaces }
    const listed = await world.iam.send(new ListPoliciesGrantingServiceAccessCommand(input))
    return listed.PoliciesGrantingServiceAccess
  }

  it('tells by which policies a user may use a service', async () => {
    const managed = {
      PolicyName: 'IAMReadOnlyAccess',
      PolicyType: 'MANAGED',
      PolicyArn: `${AWS}/IAMReadOnlyAccess`,
    }
    const inline = {
      PolicyName: 'own',
      PolicyType: 'INLINE',
      EntityType: 'USER',
      EntityName: 'bob',
    }
    const shared = {
      PolicyName: 'shared',
      PolicyType: 'INLINE',
      EntityType: 'GROUP',
      EntityName: 'devs',
    }
    expect(await list(`${ARN}:user/u/bob`, 'iam', 'sts', 's3')).toEqual([
      { ServiceNamespace: 'iam', Policies: [inline, managed] },
      { ServiceNamespace: 'sts', Policies: [shared] },
      { ServiceNamespace: 's3', Policies: [] },
    ])
    expect(await list(`${ARN}:group/devs`, 'iam')).toEqual([
      { ServiceNamespace: 'iam', Policies: [managed] },
    ])
    expect(await list(`${ARN}:role/app`, 's3')).toMatchObject([
      { Policies: [{ EntityType: 'ROLE', EntityName: 'app' }] },
    ])
  })
})

describe('what was used last', () => {
  async function listKeys(UserName: string) {
    const { store } = world.server.data
    const user = await store.findUser(world.account.id, UserName)
    return store.listAccessKeys(world.account.id, user?.id ?? null)
  }

  async function find(Arn: string, Granularity?: 'ACTION_LEVEL') {
    const { iam, server, admin } = world
    const { JobId } = await iam.send(
      new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }),
    )
    const client = createIamClient(server, admin)
    return {
      JobId,
      details: await client.send(new GetServiceLastAccessedDetailsCommand({ JobId })),
    }
  }

  it('is told of the services that are allowed, with the users whose keys used them', async () => {
    const { server, account, iam } = world
    await addUser(server, account, 'carol')
    await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName: 'carol' }))
    const [carol] = await listKeys('carol')
    const services = [
      { ServiceName: 'AWS Identity and Access Management', ServiceNamespace: 'iam' },
      { ServiceName: 'AWS Security Token Service', ServiceNamespace: 'sts' },
    ]
    const CreatedAt = new Date(Math.floor(server.clock.nowMs() / 1000) * 1000)
    const before = (await find(`${ARN}:user/u/bob`)).details
    expect(before).toMatchObject({
      JobStatus: 'COMPLETED',
      JobType: 'SERVICE_LEVEL',
      JobCreationDate: CreatedAt,
      JobCompletionDate: CreatedAt,
      IsTruncated: false,
    })
    expect(before.ServicesLastAccessed).toEqual(
      services.map(service => ({ ...service, TotalAuthenticatedEntities: 0 })),
    )
    const use = { usedAtMs: server.clock.nowMs(), region: 'eu-west-1', service: 'sts' }
    await server.data.store.saveAccessKeyUses(new Map(carol === undefined ? [] : [[carol.id, use]]))
    const { JobId, details } = await find(`${ARN}:group/devs`, 'ACTION_LEVEL')
    expect(details.JobType).toBe('ACTION_LEVEL')
    expect(details.ServicesLastAccessed).toEqual([
      { ...services[0], TotalAuthenticatedEntities: 0 },
      {
        ...services[1],
        TotalAuthenticatedEntities: 1,
        LastAuthenticated: CreatedAt,
        LastAuthenticatedEntity: `${ARN}:user/carol`,
        LastAuthenticatedRegion: 'eu-west-1',
      },
    ])
    const input = { JobId, ServiceNamespace: 'sts', MaxItems: 1 }
    const first = await iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand(input))
    expect(first.IsTruncated).toBe(true)
    const rest = { ...input, Marker: first.Marker }
    const second = await iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand(rest))
    const listed = [first, second].flatMap(page => page.EntityDetailsList ?? [])
    expect(listed).toMatchObject([
      { EntityInfo: { Name: 'bob', Type: 'USER', Path: '/u/', Arn: `${ARN}:user/u/bob` } },
      { EntityInfo: { Name: 'carol' }, LastAuthenticated: CreatedAt },
    ])
    expect(listed[0]).not.toHaveProperty('LastAuthenticated')
  })

  it.each([
    ['a role without either', `${ARN}:role/app`, []],
    ['a policy of AWS’s', `${AWS}/AmazonS3FullAccess`, []],
    ['a policy that is attached', `${AWS}/IAMReadOnlyAccess`, ['iam']],
  ])('is told of %s', async (_, arn, namespaces) => {
    const { details } = await find(arn)
    const found = details.ServicesLastAccessed?.map(service => service.ServiceNamespace)
    expect(found).toEqual(namespaces)
  })

  it('is forgotten after a week', async () => {
    const { server, admin } = world
    const { JobId } = await find(`${ARN}:role/app`)
    server.clock.moveBy(7 * DAY_MS + 1)
    const late = createIamClient(server, admin)
    await expect(late.send(new GetServiceLastAccessedDetailsCommand({ JobId }))).rejects.toThrow(
      `Job with id ${JobId} cannot be found.`,
    )
    server.clock.moveBy(-7 * DAY_MS - 1)
  })
})

describe('the keys that policies ask for', () => {
  it('are listed once, in their first spelling', async () => {
    const policy = (key: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Null: { [key]: 'true' } } },
        ],
      })
    const given = new GetContextKeysForCustomPolicyCommand({
      PolicyInputList: [policy('aws:SourceIp'), policy('AWS:SOURCEIP'), policy('iam:PolicyARN')],
    })
    expect((await world.iam.send(given)).ContextKeyNames).toEqual(['aws:SourceIp', 'iam:PolicyARN'])
    const stored = new GetContextKeysForPrincipalPolicyCommand({
      PolicySourceArn: `${ARN}:role/app`,
      PolicyInputList: [policy('aws:SourceIp')],
    })
    expect((await world.iam.send(stored)).ContextKeyNames).toEqual([
      'aws:SourceVpc',
      'AWS:username',
      'aws:SecureTransport',
      'aws:SourceIp',
    ])
  })
})

const INVALID_ENTITY = [
  400,
  'InvalidInput',
  `Invalid Entity Arn: ${ARN}:mfa/x does not clearly define entity type and name.`,
] as const
const NO_USER = [404, 'NoSuchEntity', 'The user with name ghost cannot be found.'] as const

describe('refusals', () => {
  it.each<readonly [parameters: Parameters, refusal: readonly [number, string, unknown]]>([
    [
      { Action: 'GetServiceLastAccessedDetails', JobId: JOB },
      [404, 'NoSuchEntity', `Job with id ${JOB} cannot be found.`],
    ],
    [
      {
        Action: 'GetServiceLastAccessedDetailsWithEntities',
        JobId: JOB,
        ServiceNamespace: 'iam',
      },
      [404, 'NoSuchEntity', `Job with id ${JOB} cannot be found.`],
    ],
    [
      { Action: 'GetServiceLastAccessedDetails', JobId: 'x' },
      [400, 'ValidationError', expect.stringContaining('equal to 36')],
    ],
    [{ Action: 'GenerateServiceLastAccessedDetails', Arn: `${ARN}:user/ghost` }, NO_USER],
    [{ Action: 'GenerateServiceLastAccessedDetails', Arn: `${ARN}:mfa/x` }, INVALID_ENTITY],
    [
      { Action: 'GenerateServiceLastAccessedDetails', Arn: `${AWS}/Ghost` },
      [404, 'NoSuchEntity', `Policy ${AWS}/Ghost was not found.`],
    ],
    [
      {
        Action: 'ListPoliciesGrantingServiceAccess',
        Arn: `${ARN}:user/ghost`,
        'ServiceNamespaces.member.1': 'iam',
      },
      NO_USER,
    ],
    [
      { Action: 'GetContextKeysForPrincipalPolicy', PolicySourceArn: `${ARN}:mfa/x` },
      INVALID_ENTITY,
    ],
    [
      { Action: 'GetContextKeysForCustomPolicy', 'PolicyInputList.member.1': '{}' },
      [400, 'InvalidInput', 'Policy input list item 1 has invalid content'],
    ],
  ])('%j', async (parameters, refusal) => {
    expect(await provoke(world, world.admin, parameters)).toEqual(refusal)
  })

  it.each<readonly [parameters: Parameters, resource: string]>([
    [{ Action: 'GetServiceLastAccessedDetails', JobId: JOB }, '*'],
    [
      {
        Action: 'GetServiceLastAccessedDetailsWithEntities',
        JobId: JOB,
        ServiceNamespace: 'iam',
      },
      '*',
    ],
    [
      { Action: 'GenerateServiceLastAccessedDetails', Arn: `${ARN}:user/u/bob` },
      `${ARN}:user/u/bob`,
    ],
    [{ Action: 'GenerateServiceLastAccessedDetails', Arn: `${AWS}/Ghost` }, `${AWS}/Ghost`],
    [
      {
        Action: 'ListPoliciesGrantingServiceAccess',
        Arn: `${ARN}:role/app`,
        'ServiceNamespaces.member.1': 'iam',
      },
      `${ARN}:role/app`,
    ],
    [
      { Action: 'GetContextKeysForPrincipalPolicy', PolicySourceArn: `${ARN}:role/ghost` },
      `${ARN}:role/ghost`,
    ],
    [{ Action: 'GetContextKeysForCustomPolicy', 'PolicyInputList.member.1': '{}' }, '*'],
  ])('who may not ask is told nothing: %j', async (parameters, resource) => {
    const action = parameters['Action'] ?? ''
    const name = `nobody-${resource.replaceAll(/[^a-z]/gi, '')}-${action}`.slice(0, 60)
    const nobody = await createCaller(world, name, [])
    expect(await provoke(world, nobody, parameters)).toEqual([
      403,
      'AccessDenied',
      formatDenial(name, action, resource),
    ])
  })
})
