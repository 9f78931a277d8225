import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { call, type Parameters } from '../support/calls.ts'
import { fillPolicyTo, formatAllow } from '../support/policies.ts'
import {
  createCaller,
  formatDenial,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'
import { FULL_PROVIDER, fillRoles, policyArn } from './role-fixtures.ts'

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
const POLICY = { PolicyName: 'p', PolicyDocument: formatAllow('iam:GetUser') }
const TAG = { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' }

type Row = readonly [action: string, parameters: Parameters]

/** Every action on a managed policy, with what it needs besides the ARN. */
const POLICY_ACTIONS: readonly Row[] = [
  ['GetPolicy', {}],
  ['DeletePolicy', {}],
  ['CreatePolicyVersion', { PolicyDocument: formatAllow('iam:GetUser') }],
  ['GetPolicyVersion', { VersionId: 'v1' }],
  ['ListPolicyVersions', {}],
  ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
  ['DeletePolicyVersion', { VersionId: 'v1' }],
  ['ListEntitiesForPolicy', {}],
  ['TagPolicy', TAG],
  ['UntagPolicy', { 'TagKeys.member.1': 'k' }],
  ['ListPolicyTags', {}],
]

/** Every action on an OIDC provider. */
const PROVIDER_ACTIONS: readonly Row[] = [
  ['GetOpenIDConnectProvider', {}],
  ['AddClientIDToOpenIDConnectProvider', { ClientID: 'c' }],
  ['RemoveClientIDFromOpenIDConnectProvider', { ClientID: 'c' }],
  ['UpdateOpenIDConnectProviderThumbprint', { 'ThumbprintList.member.1': 'a'.repeat(40) }],
  ['TagOpenIDConnectProvider', TAG],
  ['UntagOpenIDConnectProvider', { 'TagKeys.member.1': 'k' }],
  ['ListOpenIDConnectProviderTags', {}],
  ['DeleteOpenIDConnectProvider', {}],
]

describe('the version of a managed policy (aws-wire-news §5)', () => {
  const statement = { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }
  const OLD = [{ Statement: statement }, { Version: '2008-10-17', Statement: statement }]

  it.each(OLD)('is the newest, not that of %j', async document => {
    const PolicyDocument = JSON.stringify(document)
    const refusal = [
      400,
      'MalformedPolicyDocument',
      'Policy document must be version 2012-10-17 or greater.',
    ]
    const named = { Action: 'CreatePolicy', PolicyName: 'old', PolicyDocument }
    expect(await provoke(world, world.admin, named)).toEqual(refusal)
    const PolicyArn = policyArn('versioned')
    const version = { Action: 'CreatePolicyVersion', PolicyArn, PolicyDocument }
    const made = { Action: 'CreatePolicy', ...POLICY, PolicyName: 'versioned' }
    await call(world.server, world.admin, { service: 'iam', parameters: made })
    expect(await provoke(world, world.admin, version)).toEqual(refusal)
  })

  it.each(OLD)('may be another in an inline policy: %j', async document => {
    const { server, admin } = world
    const parameters = {
      Action: 'PutUserPolicy',
      UserName: 'admin',
      PolicyName: 'old',
      PolicyDocument: JSON.stringify(document),
    }
    expect(await call(server, admin, { service: 'iam', parameters })).toMatchObject({ status: 200 })
  })
})

describe('what does not exist', () => {
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

  const BY_ARN = [
    ...POLICY_ACTIONS.map(([action, parameters]) => [action, parameters, 'PolicyArn'] as const),
    ...PROVIDER_ACTIONS.map(
      ([action, parameters]) => [action, parameters, 'OpenIDConnectProviderArn'] as const,
    ),
  ]
  it.each(BY_ARN)('%s does not tell others', async (Action, parameters, member) => {
    for (const arn of [GHOST_POLICY, policyArn('plain/plain-policy'), READ_ONLY, FULL_PROVIDER]) {
      const refusal = await provoke(world, nobody, { Action, ...parameters, [member]: arn })
      expect(refusal).toEqual([403, 'AccessDenied', formatDenial('nobody', Action, arn)])
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
      { Action: 'CreatePolicy', ...POLICY, PolicyName: 'POLICY-01' },
      [
        409,
        'EntityAlreadyExists',
        'A policy called POLICY-01 already exists. Duplicate names are not allowed.',
      ],
    ],
    [
      { Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: fillPolicyTo(6145) },
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
        PolicyDocument: fillPolicyTo(6145),
      },
      [409, 'LimitExceeded', 'Cannot exceed quota for PolicySize: 6144'],
    ],
    [
      {
        Action: 'CreatePolicyVersion',
        PolicyArn: policyArn('with-versions'),
        PolicyDocument: formatAllow('iam:GetUser'),
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
    [
      { Action: 'CreateOpenIDConnectProvider', Url: 'https://full.example.com'.replace('ps', '') },
      [400, 'ValidationError', 'Invalid Open ID Connect Provider URL'],
    ],
    ...[
      ...['http://idp.example.com', 'https://', 'https://a b', 'https://a?b', 'https://u:p@a'],
      // Each leads to another host than it reads.
      ...['https:///idp.example.com', 'https://2130706433', 'https://%61.example.com'],
    ].map(
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
})
