import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import type { Parameters } from '../support/calls.ts'
import { fillPolicyTo, fillTrustTo, formatAllow, TRUST } from '../support/policies.ts'
import {
  createCaller,
  formatDenial,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'
import { fillRoles, policyArn } from './role-fixtures.ts'

let world: IamWorld
let nobody: SigningCredentials
beforeAll(async () => {
  world = await startIamWorld()
  await fillRoles(world)
  nobody = await createCaller(world, 'nobody', [])
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const GHOST_POLICY = policyArn('ghost')
const POLICY = { PolicyName: 'p', PolicyDocument: formatAllow('iam:GetUser') }
const TAG = { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' }
const PLAIN = { RoleName: 'plain-role' }
const ACL_QUOTA = [409, 'LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048'] as const

type Row = readonly [action: string, parameters: Parameters]

/** Every action on a role, with what it needs besides the name. */
const ROLE_ACTIONS: readonly Row[] = [
  ['GetRole', {}],
  ['UpdateRole', {}],
  ['UpdateRoleDescription', { Description: 'd' }],
  ['UpdateAssumeRolePolicy', { PolicyDocument: TRUST }],
  ['DeleteRole', {}],
  ['TagRole', TAG],
  ['UntagRole', { 'TagKeys.member.1': 'k' }],
  ['ListRoleTags', {}],
  ['PutRolePolicy', POLICY],
  ['GetRolePolicy', { PolicyName: 'p' }],
  ['ListRolePolicies', {}],
  ['DeleteRolePolicy', { PolicyName: 'p' }],
  ['AttachRolePolicy', { PolicyArn: READ_ONLY }],
  ['DetachRolePolicy', { PolicyArn: READ_ONLY }],
  ['ListAttachedRolePolicies', {}],
  ['PutRolePermissionsBoundary', { PermissionsBoundary: READ_ONLY }],
  ['DeleteRolePermissionsBoundary', {}],
  ['ListInstanceProfilesForRole', {}],
]

describe('what does not exist', () => {
  it.each(ROLE_ACTIONS)('%s says so to who may act', async (Action, parameters) => {
    expect(await provoke(world, world.admin, { Action, ...parameters, RoleName: 'ghost' })).toEqual(
      [404, 'NoSuchEntity', 'The role with name ghost cannot be found.'],
    )
  })

  it.each(ROLE_ACTIONS)('%s does not tell others', async (Action, parameters) => {
    for (const [RoleName, path] of [
      ['ghost', '/'],
      ['plain-role', '/plain/'],
    ] as const) {
      const refusal = await provoke(world, nobody, { Action, ...parameters, RoleName })
      const resource = `arn:aws:iam::123456789012:role${path}${RoleName}`
      expect(refusal).toEqual([403, 'AccessDenied', formatDenial('nobody', Action, resource)])
    }
  })
})

describe('refusals', () => {
  it.each<readonly [parameters: Parameters, refusal: readonly [number, string, unknown]]>([
    [
      { Action: 'CreateRole', RoleName: 'PLAIN-role', AssumeRolePolicyDocument: TRUST },
      [409, 'EntityAlreadyExists', 'Role with name PLAIN-role already exists.'],
    ],
    [
      {
        Action: 'CreateRole',
        RoleName: 'new',
        AssumeRolePolicyDocument: formatAllow('sts:AssumeRole'),
      },
      [400, 'MalformedPolicyDocument', expect.stringContaining('Missing required field Principal')],
    ],
    [
      { Action: 'CreateRole', RoleName: 'new', AssumeRolePolicyDocument: fillTrustTo(2049) },
      ACL_QUOTA,
    ],
    [{ Action: 'UpdateAssumeRolePolicy', ...PLAIN, PolicyDocument: fillTrustTo(2049) }, ACL_QUOTA],
    [
      { Action: 'UpdateAssumeRolePolicy', ...PLAIN, PolicyDocument: '{}' },
      [400, 'MalformedPolicyDocument', expect.stringContaining('Statement')],
    ],
    [
      {
        Action: 'CreateRole',
        RoleName: 'new',
        AssumeRolePolicyDocument: TRUST,
        PermissionsBoundary: GHOST_POLICY,
      },
      [404, 'NoSuchEntity', `Scope ARN: ${GHOST_POLICY} does not exist or is not attachable.`],
    ],
    [
      { Action: 'PutRolePermissionsBoundary', ...PLAIN, PermissionsBoundary: GHOST_POLICY },
      [404, 'NoSuchEntity', `Scope ARN: ${GHOST_POLICY} does not exist or is not attachable.`],
    ],
    [
      { Action: 'DeleteRolePermissionsBoundary', ...PLAIN },
      [404, 'NoSuchEntity', 'The role with name plain-role does not have a permissions boundary.'],
    ],
    [
      { Action: 'UpdateRole', ...PLAIN, MaxSessionDuration: '3599' },
      [
        400,
        'ValidationError',
        "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
      ],
    ],
    [
      { Action: 'UpdateRole', ...PLAIN, MaxSessionDuration: '43201' },
      [400, 'ValidationError', expect.stringContaining('less than or equal to 43200')],
    ],
    [
      { Action: 'UpdateRole', ...PLAIN, Description: 'é'.repeat(1001) },
      [400, 'ValidationError', expect.stringContaining('length less than or equal to 1000')],
    ],
    [
      { Action: 'DeleteRole', RoleName: 'with-inline' },
      [409, 'DeleteConflict', 'Cannot delete entity, must delete policies first.'],
    ],
    [
      { Action: 'DeleteRole', RoleName: 'with-attached' },
      [409, 'DeleteConflict', 'Cannot delete entity, must detach all policies first.'],
    ],
    [
      { Action: 'TagRole', RoleName: 'with-tags', ...TAG },
      [409, 'LimitExceeded', 'Cannot exceed quota for TagsPerRole: 50'],
    ],
    [
      { Action: 'TagRole', ...PLAIN, 'Tags.member.1.Key': 'AWS:x', 'Tags.member.1.Value': '' },
      [400, 'InvalidInput', 'Tag keys beginning with aws: are reserved for system use.'],
    ],
    [
      {
        Action: 'TagRole',
        ...PLAIN,
        ...TAG,
        'Tags.member.2.Key': 'K',
        'Tags.member.2.Value': 'w',
      },
      [
        400,
        'InvalidInput',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      ],
    ],
    [
      { Action: 'TagRole', ...PLAIN, Tags: '' },
      [400, 'InvalidInput', 'Error occurred while validating input. '],
    ],
    [
      { Action: 'UntagRole', ...PLAIN, TagKeys: '' },
      [400, 'InvalidInput', 'Error occurred while validating input. '],
    ],
    [
      { Action: 'PutRolePolicy', ...PLAIN, PolicyName: 'p', PolicyDocument: fillPolicyTo(10_241) },
      [409, 'LimitExceeded', 'Maximum policy size of 10240 bytes exceeded for role plain-role'],
    ],
    [
      { Action: 'PutRolePolicy', RoleName: 'with-inline', ...POLICY },
      [409, 'LimitExceeded', 'Maximum policy size of 10240 bytes exceeded for role with-inline'],
    ],
    [
      { Action: 'PutRolePolicy', ...PLAIN, PolicyName: 'p', PolicyDocument: TRUST },
      [400, 'MalformedPolicyDocument', expect.stringContaining('Principal')],
    ],
    [
      { Action: 'GetRolePolicy', ...PLAIN, PolicyName: 'ghost' },
      [404, 'NoSuchEntity', 'The role policy with name ghost cannot be found.'],
    ],
    [
      { Action: 'DeleteRolePolicy', ...PLAIN, PolicyName: 'ghost' },
      [404, 'NoSuchEntity', 'The role policy with name ghost cannot be found.'],
    ],
    [
      { Action: 'AttachRolePolicy', RoleName: 'with-attached', PolicyArn: policyArn('policy-11') },
      [409, 'LimitExceeded', 'Cannot exceed quota for PoliciesPerRole: 10'],
    ],
    [
      { Action: 'AttachRolePolicy', ...PLAIN, PolicyArn: GHOST_POLICY },
      [404, 'NoSuchEntity', `Policy ${GHOST_POLICY} does not exist or is not attachable.`],
    ],
    [
      {
        Action: 'AttachRolePolicy',
        ...PLAIN,
        PolicyArn: 'arn:aws:iam::999999999999:policy/policy-01',
      },
      [404, 'NoSuchEntity', expect.stringContaining('does not exist or is not attachable.')],
    ],
    [
      { Action: 'DetachRolePolicy', ...PLAIN, PolicyArn: policyArn('policy-01') },
      [404, 'NoSuchEntity', `Policy ${policyArn('policy-01')} was not found.`],
    ],
    [{ Action: 'ListRoles', Marker: 'MQ' }, [400, 'ValidationError', 'Invalid Marker.']],
  ])('%o', async (parameters, refusal) => {
    expect(await provoke(world, world.admin, parameters)).toEqual(refusal)
  })

  it('stop at the greatest trust policy, not before', async () => {
    const parameters = { ...PLAIN, PolicyDocument: fillTrustTo(2048) }
    await expect(
      provoke(world, world.admin, { Action: 'UpdateAssumeRolePolicy', ...parameters }),
    ).rejects.toThrow('the call was granted')
  })
})
