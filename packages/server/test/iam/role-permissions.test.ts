import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import type { Parameters } from '../support/calls.ts'
import { formatAllow, TRUST } from '../support/policies.ts'
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
const POLICY = { PolicyName: 'p', PolicyDocument: formatAllow('iam:GetUser') }
const TAG = { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' }
const PLAIN = { RoleName: 'plain-role' }

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
    expect(refusal).toEqual([403, 'AccessDenied', formatDenial('nobody', Action, resource)])
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
      formatDenial(name, tagAction, resource),
    ])
    await expect(provoke(world, caller, { Action, ...parameters })).rejects.toThrow(
      'the call was granted',
    )
  })
})
