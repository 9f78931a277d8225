import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import type { Parameters } from '../http/call.ts'
import { describeDenial } from './denial.ts'
import { allow, createCaller, type IamWorld, provoke, startIamWorld } from './iam-world.ts'
import { FULL_PROVIDER, fillRoles, fillTo, fillTrustTo, policyArn } from './role-fixtures.ts'
import { TRUST } from './trust.ts'

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
const GHOST_PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/ghost.example.com'
const POLICY = { PolicyName: 'p', PolicyDocument: allow('iam:GetUser') }
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

/** Every action on a managed policy, with what it needs besides the ARN. */
const POLICY_ACTIONS: readonly Row[] = [
  ['GetPolicy', {}],
  ['DeletePolicy', {}],
  ['CreatePolicyVersion', { PolicyDocument: allow('iam:GetUser') }],
  ['GetPolicyVersion', { VersionId: 'v1' }],
  ['ListPolicyVersions', {}],
  ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
  ['DeletePolicyVersion', { VersionId: 'v1' }],
  ['ListEntitiesForPolicy', {}],
  ['TagPolicy', TAG],
  ['UntagPolicy', { 'TagKeys.member.1': 'k' }],
  ['ListPolicyTags', {}],
]

/** Every action on an OIDC provider but its deletion, which succeeds for any. */
const PROVIDER_ACTIONS: readonly Row[] = [
  ['GetOpenIDConnectProvider', {}],
  ['AddClientIDToOpenIDConnectProvider', { ClientID: 'c' }],
  ['RemoveClientIDFromOpenIDConnectProvider', { ClientID: 'c' }],
  ['UpdateOpenIDConnectProviderThumbprint', { 'ThumbprintList.member.1': 'a'.repeat(40) }],
  ['TagOpenIDConnectProvider', TAG],
  ['UntagOpenIDConnectProvider', { 'TagKeys.member.1': 'k' }],
  ['ListOpenIDConnectProviderTags', {}],
]

describe('what does not exist', () => {
  it.each(ROLE_ACTIONS)('%s says so to who may act', async (Action, parameters) => {
    expect(await provoke(world, world.admin, { Action, ...parameters, RoleName: 'ghost' })).toEqual(
      [404, 'NoSuchEntity', 'The role with name ghost cannot be found.'],
    )
  })

  it.each(POLICY_ACTIONS)('%s says so to who may act', async (Action, parameters) => {
    for (const PolicyArn of [GHOST_POLICY, 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess']) {
      expect(await provoke(world, world.admin, { Action, ...parameters, PolicyArn })).toEqual([
        404,
        'NoSuchEntity',
        `Policy ${PolicyArn} was not found.`,
      ])
    }
  })

  it.each(PROVIDER_ACTIONS)('%s says so to who may act', async (Action, parameters) => {
    const provider = { OpenIDConnectProviderArn: GHOST_PROVIDER }
    expect(await provoke(world, world.admin, { Action, ...parameters, ...provider })).toEqual([
      404,
      'NoSuchEntity',
      `OpenIDConnect Provider not found for arn ${GHOST_PROVIDER}`,
    ])
  })

  it.each(ROLE_ACTIONS)('%s does not tell others', async (Action, parameters) => {
    for (const [RoleName, path] of [
      ['ghost', '/'],
      ['plain-role', '/plain/'],
    ] as const) {
      const refusal = await provoke(world, nobody, { Action, ...parameters, RoleName })
      const resource = `arn:aws:iam::123456789012:role${path}${RoleName}`
      expect(refusal).toEqual([403, 'AccessDenied', describeDenial('nobody', Action, resource)])
    }
  })

  const BY_ARN = [
    ...POLICY_ACTIONS.map(([action, parameters]) => [action, parameters, 'PolicyArn'] as const),
    ...[...PROVIDER_ACTIONS, ['DeleteOpenIDConnectProvider', {}] as const].map(
      ([action, parameters]) => [action, parameters, 'OpenIDConnectProviderArn'] as const,
    ),
  ]
  it.each(BY_ARN)('%s does not tell others', async (Action, parameters, member) => {
    for (const arn of [GHOST_POLICY, policyArn('plain/plain-policy'), READ_ONLY, FULL_PROVIDER]) {
      const refusal = await provoke(world, nobody, { Action, ...parameters, [member]: arn })
      expect(refusal).toEqual([403, 'AccessDenied', describeDenial('nobody', Action, arn)])
    }
  })

  it.each(BY_ARN)('%s wants an ARN of the right kind', async (Action, parameters, member) => {
    const isPolicy = member === 'PolicyArn'
    for (const arn of ['x'.repeat(20), isPolicy ? FULL_PROVIDER : READ_ONLY]) {
      expect(await provoke(world, world.admin, { Action, ...parameters, [member]: arn })).toEqual([
        400,
        'InvalidInput',
        `ARN ${arn} is not valid.`,
      ])
    }
  })
})

describe('actions without an entity', () => {
  it.each<readonly [action: string, parameters: Parameters, resource: string]>([
    ['ListRoles', { PathPrefix: '/a/' }, 'arn:aws:iam::123456789012:role/a/'],
    ['ListPolicies', {}, 'policy path /'],
    ['ListOpenIDConnectProviders', {}, 'arn:aws:iam::123456789012:oidc-provider/*'],
    [
      'CreateRole',
      { RoleName: 'plain-role', AssumeRolePolicyDocument: '{', Path: '/p/' },
      'arn:aws:iam::123456789012:role/p/plain-role',
    ],
    ['CreatePolicy', { ...POLICY, Path: '/p/' }, policyArn('p/p')],
    [
      'CreateOpenIDConnectProvider',
      { Url: 'https://full.example.com/x' },
      'arn:aws:iam::123456789012:oidc-provider/full.example.com/x',
    ],
    ['SimulateCustomPolicy', { 'ActionNames.member.1': 'a:b' }, '*'],
  ])('%s with %o is asked for on %s', async (Action, parameters, resource) => {
    const refusal = await provoke(world, nobody, { Action, ...parameters })
    expect(refusal).toEqual([403, 'AccessDenied', describeDenial('nobody', Action, resource)])
  })
})

describe("AWS's policies", () => {
  const CHANGES = POLICY_ACTIONS.filter(([action]) => !/^(?:Get|List)/.test(action))
  it.each(CHANGES)('cannot be changed by %s', async (Action, parameters) => {
    const PolicyArn = READ_ONLY
    expect(await provoke(world, world.admin, { Action, ...parameters, PolicyArn })).toEqual([
      403,
      'AccessDenied',
      `User: arn:aws:iam::123456789012:user/admin is not authorized to perform: iam:${Action} on resource: policy ${READ_ONLY}`,
    ])
  })
})

describe('refusals', () => {
  it.each<readonly [parameters: Parameters, refusal: readonly [number, string, unknown]]>([
    [
      { Action: 'CreateRole', RoleName: 'PLAIN-role', AssumeRolePolicyDocument: TRUST },
      [409, 'EntityAlreadyExists', 'Role with name PLAIN-role already exists.'],
    ],
    [
      { Action: 'CreateRole', RoleName: 'new', AssumeRolePolicyDocument: allow('sts:AssumeRole') },
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
        "1 validation error detected: Value '3599' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
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
      { Action: 'PutRolePolicy', ...PLAIN, PolicyName: 'p', PolicyDocument: fillTo(10_241) },
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
    [
      { Action: 'CreatePolicy', ...POLICY, PolicyName: 'POLICY-01' },
      [
        409,
        'EntityAlreadyExists',
        'A policy called POLICY-01 already exists. Duplicate names are not allowed.',
      ],
    ],
    [
      { Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: fillTo(6145) },
      [409, 'LimitExceeded', 'Cannot exceed quota for PolicySize: 6144'],
    ],
    [
      { Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: '[]' },
      [400, 'MalformedPolicyDocument', expect.stringMatching(/./)],
    ],
    [
      { Action: 'CreatePolicy', ...POLICY, Path: '/a//b/' },
      [400, 'ValidationError', expect.stringContaining("at 'path' failed to satisfy constraint")],
    ],
    [
      {
        Action: 'CreatePolicyVersion',
        PolicyArn: policyArn('policy-01'),
        PolicyDocument: fillTo(6145),
      },
      [409, 'LimitExceeded', 'Cannot exceed quota for PolicySize: 6144'],
    ],
    [
      {
        Action: 'CreatePolicyVersion',
        PolicyArn: policyArn('with-versions'),
        PolicyDocument: allow('iam:GetUser'),
      },
      [
        409,
        'LimitExceeded',
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
      ],
    ],
    ...['GetPolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'].map(
      Action =>
        [
          { Action, PolicyArn: policyArn('policy-01'), VersionId: 'v9' },
          [
            404,
            'NoSuchEntity',
            `Policy ${policyArn('policy-01')} version v9 does not exist or is not attachable.`,
          ],
        ] as const,
    ),
    [
      { Action: 'DeletePolicyVersion', PolicyArn: policyArn('with-versions'), VersionId: 'v1' },
      [409, 'DeleteConflict', 'Cannot delete the default version of a policy.'],
    ],
    [
      { Action: 'DeletePolicy', PolicyArn: policyArn('with-versions') },
      [409, 'DeleteConflict', expect.stringContaining('more than one version')],
    ],
    [
      { Action: 'DeletePolicy', PolicyArn: policyArn('policy-01') },
      [409, 'DeleteConflict', 'Cannot delete a policy attached to entities.'],
    ],
    [
      { Action: 'DeletePolicy', PolicyArn: policyArn('bounding') },
      [409, 'DeleteConflict', 'Cannot delete a policy attached to entities.'],
    ],
    [
      { Action: 'TagPolicy', PolicyArn: policyArn('largest'), ...TAG },
      [409, 'LimitExceeded', 'Cannot exceed quota for TagsPerPolicy: 50'],
    ],
    [
      { Action: 'ListPolicies', Scope: 'Mine' },
      [400, 'ValidationError', expect.stringContaining("at 'scope' failed to satisfy constraint")],
    ],
    [{ Action: 'ListPolicies', Marker: 'own.x' }, [400, 'ValidationError', 'Invalid Marker.']],
    [{ Action: 'ListRoles', Marker: 'MQ' }, [400, 'ValidationError', 'Invalid Marker.']],
    [
      { Action: 'CreateOpenIDConnectProvider', Url: 'https://full.example.com'.replace('ps', '') },
      [400, 'ValidationError', 'Invalid Open ID Connect Provider URL'],
    ],
    ...['http://idp.example.com', 'https://', 'https://a b', 'https://a?b', 'https://u:p@a'].map(
      Url =>
        [
          { Action: 'CreateOpenIDConnectProvider', Url },
          [400, 'ValidationError', 'Invalid Open ID Connect Provider URL'],
        ] as const,
    ),
    [
      { Action: 'CreateOpenIDConnectProvider', Url: 'https://full.example.com' },
      [409, 'EntityAlreadyExists', 'Provider with url https://full.example.com already exists.'],
    ],
    [
      {
        Action: 'AddClientIDToOpenIDConnectProvider',
        OpenIDConnectProviderArn: FULL_PROVIDER,
        ClientID: 'one-more',
      },
      [409, 'LimitExceeded', 'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100'],
    ],
    [
      {
        Action: 'UpdateOpenIDConnectProviderThumbprint',
        OpenIDConnectProviderArn: FULL_PROVIDER,
        ...Object.fromEntries(
          [1, 2, 3, 4, 5, 6].map(n => [`ThumbprintList.member.${n}`, String(n).repeat(40)]),
        ),
      },
      [400, 'InvalidInput', 'Thumbprint list must contain fewer than 5 entries.'],
    ],
    [
      {
        Action: 'TagOpenIDConnectProvider',
        OpenIDConnectProviderArn: FULL_PROVIDER,
        ...TAG,
      },
      [409, 'LimitExceeded', 'Cannot exceed quota for TagsPerOpenIdConnectProvider: 50'],
    ],
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

describe('permissions on roles, policies and providers', () => {
  it.each<readonly [what: string, condition: object, parameters: Parameters, isAllowed: boolean]>([
    ['the path', {}, { Action: 'GetRole', ...PLAIN }, true],
    ['another path', {}, { Action: 'GetRole', RoleName: 'with-tags' }, false],
    [
      'a tag of the role',
      { StringEquals: { 'aws:ResourceTag/kind': 'plain' } },
      { Action: 'GetRole', ...PLAIN },
      true,
    ],
    [
      'another value of the tag',
      { StringEquals: { 'iam:ResourceTag/kind': 'fancy' } },
      { Action: 'GetRole', ...PLAIN },
      false,
    ],
    [
      'a tag of the policy',
      { StringEquals: { 'aws:ResourceTag/kind': 'plain' } },
      { Action: 'GetPolicy', PolicyArn: policyArn('plain/plain-policy') },
      true,
    ],
    [
      'a boundary that new roles must have',
      { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
      {
        Action: 'CreateRole',
        RoleName: 'bounded',
        Path: '/plain/',
        AssumeRolePolicyDocument: TRUST,
        PermissionsBoundary: READ_ONLY,
      },
      true,
    ],
    [
      'a new role without it',
      { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
      {
        Action: 'CreateRole',
        RoleName: 'unbounded',
        Path: '/plain/',
        AssumeRolePolicyDocument: TRUST,
      },
      false,
    ],
    [
      'a boundary that the role has when its policies change',
      { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
      { Action: 'PutRolePolicy', RoleName: 'bounded', ...POLICY },
      true,
    ],
    [
      'a role without boundary when its policies change',
      { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
      { Action: 'PutRolePolicy', ...PLAIN, ...POLICY },
      false,
    ],
    [
      'another boundary to put',
      { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
      {
        Action: 'PutRolePermissionsBoundary',
        ...PLAIN,
        PermissionsBoundary: policyArn('bounding'),
      },
      false,
    ],
    [
      'a policy to attach',
      { ArnEquals: { 'iam:PolicyARN': READ_ONLY } },
      { Action: 'AttachRolePolicy', ...PLAIN, PolicyArn: READ_ONLY },
      true,
    ],
    [
      'another policy to attach',
      { ArnEquals: { 'iam:PolicyARN': READ_ONLY } },
      { Action: 'AttachRolePolicy', ...PLAIN, PolicyArn: policyArn('policy-01') },
      false,
    ],
    [
      'the value of a new tag',
      { StringEquals: { 'aws:RequestTag/k': 'other' } },
      { Action: 'TagRole', ...PLAIN, ...TAG },
      false,
    ],
    [
      'the last value of a tag that is given twice',
      { StringEquals: { 'aws:RequestTag/k': 'v' } },
      {
        Action: 'TagRole',
        ...PLAIN,
        ...TAG,
        'Tags.member.2.Key': 'k',
        'Tags.member.2.Value': 'other',
      },
      false,
    ],
    [
      'the keys of tags to take away',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
      { Action: 'UntagRole', ...PLAIN, 'TagKeys.member.1': 'b' },
      false,
    ],
  ])('depend on %s', async (what, Condition, parameters, isAllowed) => {
    const statement = {
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: ['role', 'policy'].map(kind => `arn:aws:iam::123456789012:${kind}/plain/*`),
      Condition,
    }
    const caller = await createCaller(world, what.replaceAll(/[^\w]/g, '-'), [statement])
    const calling = provoke(world, caller, parameters)
    if (isAllowed) await expect(calling).rejects.toThrow('the call was granted')
    else expect((await calling).slice(0, 2)).toEqual([403, 'AccessDenied'])
  })

  it.each<readonly [action: string, parameters: Parameters, tagAction: string, resource: string]>([
    [
      'CreateRole',
      { RoleName: 'tagged-at-birth', AssumeRolePolicyDocument: TRUST },
      'TagRole',
      'arn:aws:iam::123456789012:role/tagged-at-birth',
    ],
    [
      'CreatePolicy',
      { ...POLICY, PolicyName: 'tagged-at-birth' },
      'TagPolicy',
      policyArn('tagged-at-birth'),
    ],
    [
      'CreateOpenIDConnectProvider',
      { Url: 'https://tagged.example.com' },
      'TagOpenIDConnectProvider',
      'arn:aws:iam::123456789012:oidc-provider/tagged.example.com',
    ],
  ])('%s needs a second one for tags', async (Action, parameters, tagAction, resource) => {
    const name = `${Action}-only`
    const caller = await createCaller(world, name, [
      { Effect: 'Allow', Action: `iam:${Action}`, Resource: '*' },
    ])
    expect(await provoke(world, caller, { Action, ...parameters, ...TAG })).toEqual([
      403,
      'AccessDenied',
      describeDenial(name, tagAction, resource),
    ])
    await expect(provoke(world, caller, { Action, ...parameters })).rejects.toThrow(
      'the call was granted',
    )
  })
})
