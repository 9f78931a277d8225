import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Parameters } from '../support/calls.ts'
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

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

describe('permissions on users and groups', () => {
  it.each<readonly [what: string, condition: object, parameters: Parameters, isAllowed: boolean]>([
    ['the path', {}, { Action: 'GetUser', UserName: 'plain-user' }, true],
    ['another path', {}, { Action: 'GetUser', UserName: 'with-keys' }, false],
    [
      'a tag of the user',
      { StringEquals: { 'aws:ResourceTag/kind': 'plain' } },
      { Action: 'GetUser', UserName: 'plain-user' },
      true,
    ],
    [
      'the same tag under its IAM name',
      { StringEquals: { 'iam:ResourceTag/KIND': 'plain' } },
      { Action: 'GetUser', UserName: 'plain-user' },
      true,
    ],
    [
      'another value of the tag',
      { StringEquals: { 'aws:ResourceTag/kind': 'fancy' } },
      { Action: 'GetUser', UserName: 'plain-user' },
      false,
    ],
    [
      'a policy to attach',
      { ArnEquals: { 'iam:PolicyARN': READ_ONLY } },
      { Action: 'AttachUserPolicy', UserName: 'plain-user', PolicyArn: READ_ONLY },
      true,
    ],
    [
      'another policy to attach',
      { ArnEquals: { 'iam:PolicyARN': READ_ONLY } },
      {
        Action: 'AttachUserPolicy',
        UserName: 'plain-user',
        PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      },
      false,
    ],
    [
      'a boundary that new users must have',
      { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
      {
        Action: 'CreateUser',
        UserName: 'bounded',
        Path: '/plain/',
        PermissionsBoundary: READ_ONLY,
      },
      true,
    ],
    [
      'a new user without it',
      { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } },
      { Action: 'CreateUser', UserName: 'unbounded', Path: '/plain/' },
      false,
    ],
    [
      'the keys of tags',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
      { Action: 'UntagUser', UserName: 'plain-user', 'TagKeys.member.1': 'a' },
      true,
    ],
    [
      'the value of a new tag',
      { StringEquals: { 'aws:RequestTag/a': 'yes' } },
      {
        Action: 'TagUser',
        UserName: 'plain-user',
        'Tags.member.1.Key': 'A',
        'Tags.member.1.Value': 'no',
      },
      false,
    ],
  ])('depend on %s', async (what, Condition, parameters, isAllowed) => {
    const statement = {
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: 'arn:aws:iam::123456789012:user/plain/*',
      Condition,
    }
    const caller = await createCaller(world, what.replaceAll(/[^\w]/g, '-'), [statement])
    const calling = provoke(world, caller, parameters)
    if (isAllowed) await expect(calling).rejects.toThrow('the call was granted')
    else expect((await calling).slice(0, 2)).toEqual([403, 'AccessDenied'])
  })

  it('need a second permission for the tags of a new user', async () => {
    const caller = await createCaller(world, 'creator', [
      { Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*' },
    ])
    const parameters = { Action: 'CreateUser', UserName: 'tagged-at-birth' }
    const tags = { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }
    const [, code, message] = await provoke(world, caller, { ...parameters, ...tags })
    expect(code).toBe('AccessDenied')
    expect(message).toContain(
      formatDenial('creator', 'TagUser', 'arn:aws:iam::123456789012:user/tagged-at-birth'),
    )
    await expect(provoke(world, caller, parameters)).rejects.toThrow('the call was granted')
  })

  it('are needed on both names of a user or group that is renamed', async () => {
    const caller = await createCaller(world, 'renamer', [
      {
        Effect: 'Allow',
        Action: ['iam:UpdateUser', 'iam:UpdateGroup'],
        Resource: ['arn:aws:iam::*:user/plain/*', 'arn:aws:iam::*:group/plain/*'],
      },
    ])
    for (const [Action, parameters, resource] of [
      ['UpdateUser', { UserName: 'plain-user', NewPath: '/free/' }, 'user/free/plain-user'],
      ['UpdateGroup', { GroupName: 'plain-group', NewPath: '/' }, 'group/plain-group'],
    ] as const) {
      const [, code, message] = await provoke(world, caller, { Action, ...parameters })
      expect(code).toBe('AccessDenied')
      expect(message).toContain(
        formatDenial('renamer', Action, `arn:aws:iam::123456789012:${resource}`),
      )
    }
  })
})
