import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Parameters } from '../support/calls.ts'
import { formatAllow } from '../support/policies.ts'
import {
  createCaller,
  formatDenial,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'
import { fillAccount } from './refusal-fixtures.ts'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
  await fillAccount(world)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const GHOST_ARN = 'arn:aws:iam::aws:policy/Ghost'
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const UNKNOWN_KEY = 'AKIAUNKNOWN000000000'
const POLICY = { PolicyName: 'p', PolicyDocument: formatAllow('iam:GetUser') }

/** Every action on a user, with what it needs besides the name. */
const USER_ACTIONS: readonly (readonly [action: string, parameters: Parameters])[] = [
  ['GetUser', {}],
  ['UpdateUser', { NewPath: '/x/' }],
  ['DeleteUser', {}],
  ['TagUser', { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' }],
  ['UntagUser', { 'TagKeys.member.1': 'k' }],
  ['ListUserTags', {}],
  ['PutUserPolicy', POLICY],
  ['GetUserPolicy', { PolicyName: 'p' }],
  ['ListUserPolicies', {}],
  ['DeleteUserPolicy', { PolicyName: 'p' }],
  ['AttachUserPolicy', { PolicyArn: READ_ONLY }],
  ['DetachUserPolicy', { PolicyArn: READ_ONLY }],
  ['ListAttachedUserPolicies', {}],
  ['PutUserPermissionsBoundary', { PermissionsBoundary: READ_ONLY }],
  ['DeleteUserPermissionsBoundary', {}],
  ['ListGroupsForUser', {}],
  ['CreateAccessKey', {}],
  ['ListAccessKeys', {}],
  ['UpdateAccessKey', { AccessKeyId: UNKNOWN_KEY, Status: 'Inactive' }],
  ['DeleteAccessKey', { AccessKeyId: UNKNOWN_KEY }],
  ['ListMFADevices', {}],
  ['ListSigningCertificates', {}],
  ['ListSSHPublicKeys', {}],
  ['ListServiceSpecificCredentials', {}],
  ['DeleteLoginProfile', {}],
]

/** Every action on a group. */
const GROUP_ACTIONS: readonly (readonly [action: string, parameters: Parameters])[] = [
  ['GetGroup', {}],
  ['UpdateGroup', { NewPath: '/x/' }],
  ['DeleteGroup', {}],
  ['AddUserToGroup', { UserName: 'admin' }],
  ['RemoveUserFromGroup', { UserName: 'admin' }],
  ['PutGroupPolicy', POLICY],
  ['GetGroupPolicy', { PolicyName: 'p' }],
  ['ListGroupPolicies', {}],
  ['DeleteGroupPolicy', { PolicyName: 'p' }],
  ['AttachGroupPolicy', { PolicyArn: READ_ONLY }],
  ['DetachGroupPolicy', { PolicyArn: READ_ONLY }],
  ['ListAttachedGroupPolicies', {}],
]

/** Every action on the account as a whole, with the resource that it is asked for on. */
const ACCOUNT_ACTIONS = [
  ['ListUsers', 'arn:aws:iam::123456789012:user/'],
  ['ListGroups', 'arn:aws:iam::123456789012:group/'],
  ['GetAccountSummary', '*'],
  ['GetAccountAuthorizationDetails', '*'],
  ['GenerateCredentialReport', '*'],
  ['GetCredentialReport', '*'],
  ['ListAccountAliases', '*'],
  ['ListVirtualMFADevices', '*'],
] as const

const ON_EXISTING = [
  ...USER_ACTIONS.map(row => [...row, 'user', 'UserName'] as const),
  ...GROUP_ACTIONS.map(row => [...row, 'group', 'GroupName'] as const),
]

describe('what does not exist', () => {
  it.each(ON_EXISTING)('%s says so to who may act', async (Action, parameters, kind, member) => {
    const refusal = await provoke(world, world.admin, { Action, ...parameters, [member]: 'ghost' })
    expect(refusal).toEqual([404, 'NoSuchEntity', `The ${kind} with name ghost cannot be found.`])
  })

  it.each(ON_EXISTING)('%s does not tell others', async (Action, parameters, kind, member) => {
    const nobody = await createCallerOnce('nobody')
    for (const name of ['ghost', `plain-${kind}`]) {
      const [status, code, message] = await provoke(world, nobody, {
        Action,
        ...parameters,
        [member]: name,
      })
      expect([status, code]).toEqual([403, 'AccessDenied'])
      const path = name === 'ghost' ? '/' : '/plain/'
      const resource = `arn:aws:iam::123456789012:${kind}${path}${name}`
      expect(message).toContain(formatDenial('nobody', Action, resource))
    }
  })

  it.each(ACCOUNT_ACTIONS)('%s is asked for on %s', async (Action, resource) => {
    const [status, code, message] = await provoke(world, await createCallerOnce('nobody'), {
      Action,
    })
    expect([status, code]).toEqual([403, 'AccessDenied'])
    expect(message).toContain(formatDenial('nobody', Action, resource))
  })
})

const callers = new Map<string, ReturnType<typeof createCaller>>()
function createCallerOnce(name: string): ReturnType<typeof createCaller> {
  const caller = callers.get(name) ?? createCaller(world, name, [])
  callers.set(name, caller)
  return caller
}

describe('refusals', () => {
  it.each<readonly [parameters: Parameters, refusal: readonly [number, string, unknown]]>([
    [
      { Action: 'CreateUser', UserName: 'PLAIN-user' },
      [409, 'EntityAlreadyExists', 'User with name PLAIN-user already exists.'],
    ],
    [
      { Action: 'CreateUser', UserName: 'new', PermissionsBoundary: GHOST_ARN },
      [404, 'NoSuchEntity', `Scope ARN: ${GHOST_ARN} does not exist or is not attachable.`],
    ],
    [
      {
        Action: 'CreateUser',
        UserName: 'new',
        'Tags.member.1.Key': 'Team',
        'Tags.member.1.Value': 'a',
        'Tags.member.2.Key': 'team',
        'Tags.member.2.Value': 'b',
      },
      [
        400,
        'InvalidInput',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      ],
    ],
    [
      { Action: 'CreateUser', UserName: 'new', Path: '//' },
      [
        400,
        'ValidationError',
        "1 validation error detected: Value at 'path' failed to satisfy constraint: Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)",
      ],
    ],
    [
      { Action: 'CreateUser', UserName: 'n'.repeat(65) },
      [
        400,
        'ValidationError',
        `1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64`,
      ],
    ],
    [
      { Action: 'UpdateUser', UserName: 'plain-user', NewUserName: 'ADMIN' },
      [409, 'EntityAlreadyExists', 'User with name ADMIN already exists.'],
    ],
    [
      { Action: 'DeleteUser', UserName: 'with-keys' },
      [409, 'DeleteConflict', 'Cannot delete entity, must delete access keys first.'],
    ],
    [
      { Action: 'DeleteUser', UserName: 'with-inline' },
      [409, 'DeleteConflict', 'Cannot delete entity, must delete policies first.'],
    ],
    [
      { Action: 'DeleteUser', UserName: 'with-attached' },
      [409, 'DeleteConflict', 'Cannot delete entity, must detach all policies first.'],
    ],
    [
      { Action: 'DeleteUser', UserName: 'in-groups' },
      [409, 'DeleteConflict', 'Cannot delete entity, must remove users from group first.'],
    ],
    [
      { Action: 'DeleteGroup', GroupName: 'group-01' },
      [409, 'DeleteConflict', 'Cannot delete entity, must remove users from group first.'],
    ],
    [
      { Action: 'DeleteGroup', GroupName: 'with-inline' },
      [409, 'DeleteConflict', 'Cannot delete entity, must delete policies first.'],
    ],
    [
      { Action: 'DeleteGroup', GroupName: 'with-attached' },
      [409, 'DeleteConflict', 'Cannot delete entity, must detach all policies first.'],
    ],
    [
      { Action: 'CreateGroup', GroupName: 'GROUP-01' },
      [409, 'EntityAlreadyExists', 'Group with name GROUP-01 already exists.'],
    ],
    [
      { Action: 'UpdateGroup', GroupName: 'group-02', NewGroupName: 'Group-01' },
      [409, 'EntityAlreadyExists', 'Group with name Group-01 already exists.'],
    ],
    [
      { Action: 'AddUserToGroup', GroupName: 'group-01', UserName: 'ghost' },
      [404, 'NoSuchEntity', 'The user with name ghost cannot be found.'],
    ],
    [
      { Action: 'AddUserToGroup', GroupName: 'group-11', UserName: 'in-groups' },
      [409, 'LimitExceeded', 'Cannot exceed quota for GroupsPerUser: 10'],
    ],
    [
      { Action: 'CreateAccessKey', UserName: 'with-keys' },
      [409, 'LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2'],
    ],
    [
      {
        Action: 'TagUser',
        UserName: 'with-tags',
        'Tags.member.1.Key': 'one-more',
        'Tags.member.1.Value': '',
      },
      [409, 'LimitExceeded', 'Cannot exceed quota for TagsPerUser: 50'],
    ],
    [
      { Action: 'PutUserPolicy', UserName: 'plain-user', ...POLICY, PolicyDocument: '{}' },
      [400, 'MalformedPolicyDocument', expect.stringContaining('Missing required field Statement')],
    ],
    [
      { Action: 'PutGroupPolicy', GroupName: 'group-02', ...POLICY, PolicyDocument: '{' },
      [400, 'MalformedPolicyDocument', expect.stringMatching(/./)],
    ],
    [
      {
        Action: 'PutUserPolicy',
        UserName: 'plain-user',
        PolicyName: 'long',
        PolicyDocument: formatAllow(`iam:${'x'.repeat(2048)}`),
      },
      [409, 'LimitExceeded', 'Maximum policy size of 2048 bytes exceeded for user plain-user'],
    ],
    [
      { Action: 'GetUserPolicy', UserName: 'plain-user', PolicyName: 'ghost' },
      [404, 'NoSuchEntity', 'The user policy with name ghost cannot be found.'],
    ],
    [
      { Action: 'DeleteGroupPolicy', GroupName: 'group-01', PolicyName: 'ghost' },
      [404, 'NoSuchEntity', 'The group policy with name ghost cannot be found.'],
    ],
    [
      { Action: 'AttachUserPolicy', UserName: 'plain-user', PolicyArn: GHOST_ARN },
      [404, 'NoSuchEntity', `Policy ${GHOST_ARN} does not exist or is not attachable.`],
    ],
    [
      { Action: 'DetachGroupPolicy', GroupName: 'group-01', PolicyArn: READ_ONLY },
      [404, 'NoSuchEntity', `Policy ${READ_ONLY} was not found.`],
    ],
    [
      { Action: 'AttachGroupPolicy', GroupName: 'group-01', PolicyArn: `${'x'.repeat(20)}` },
      [400, 'InvalidInput', 'ARN xxxxxxxxxxxxxxxxxxxx is not valid.'],
    ],
    [
      { Action: 'DeleteUserPermissionsBoundary', UserName: 'plain-user' },
      [404, 'NoSuchEntity', 'The user with name plain-user does not have a permissions boundary.'],
    ],
    [
      { Action: 'UpdateAccessKey', AccessKeyId: UNKNOWN_KEY, Status: 'Expired' },
      [400, 'InvalidInput', 'The status of an access key cannot be set to Expired.'],
    ],
    [
      { Action: 'UpdateAccessKey', AccessKeyId: UNKNOWN_KEY, Status: 'active' },
      [400, 'ValidationError', expect.stringContaining("at 'status' failed to satisfy constraint")],
    ],
    [
      { Action: 'DeleteAccessKey', AccessKeyId: UNKNOWN_KEY, UserName: 'plain-user' },
      [404, 'NoSuchEntity', `The Access Key with id ${UNKNOWN_KEY} cannot be found.`],
    ],
    [
      { Action: 'DeleteLoginProfile', UserName: 'plain-user' },
      [404, 'NoSuchEntity', 'Login Profile for User plain-user cannot be found.'],
    ],
    [{ Action: 'ListUsers', Marker: 'bm90IG91cnM' }, [400, 'ValidationError', 'Invalid Marker.']],
    [
      { Action: 'GetGroup', GroupName: 'group-01', Marker: '?' },
      [400, 'ValidationError', 'Invalid Marker.'],
    ],
    [
      { Action: 'GetAccountAuthorizationDetails', Marker: 'not-an-aws-marker' },
      [400, 'ValidationError', 'Marker and Filter do not match'],
    ],
    [{ Action: 'GetCredentialReport' }, [410, 'ReportNotPresent', 'Unknown']],
  ])('%o', async (parameters, refusal) => {
    expect(await provoke(world, world.admin, parameters)).toEqual(refusal)
  })

  it("treats another user's key as unknown", async () => {
    const [key] = await listKeys('with-keys')
    const AccessKeyId = key?.id ?? ''
    for (const Action of ['DeleteAccessKey', 'UpdateAccessKey']) {
      for (const owner of [{}, { UserName: 'plain-user' }] as const) {
        const parameters = { Action, AccessKeyId, Status: 'Inactive', ...owner }
        expect(await provoke(world, world.admin, parameters)).toEqual([
          404,
          'NoSuchEntity',
          `The Access Key with id ${AccessKeyId} cannot be found.`,
        ])
      }
    }
    expect(await listKeys('with-keys')).toHaveLength(2)
  })
})

async function listKeys(name: string) {
  const { store } = world.server.data
  const user = await store.findUser(world.account.id, name)
  return store.listAccessKeys(world.account.id, user?.id ?? null)
}
