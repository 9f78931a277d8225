import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  LimitExceededException,
  ListAccessKeysCommand,
  PutRolePolicyCommand,
  paginateListAccessKeys,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAccessKeyId } from '../../src/principals/identifiers.ts'
import { Secret } from '../../src/secrets/secret.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addRootKey, addUser } from '../support/accounts.ts'
import { formatAllow } from '../support/policies.ts'
import {
  ACCOUNT,
  createCaller,
  createIamClient,
  type IamWorld,
  provoke,
  startIamWorld,
} from '../support/worlds/iam.ts'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

function toCredentials(id = '', secret = '', token?: string): SigningCredentials {
  return {
    accessKeyId: id,
    secretAccessKey: new Secret(secret),
    sessionToken: token === undefined ? null : new Secret(token),
  }
}

describe('access keys with the AWS SDK for JavaScript', () => {
  it('are made, used, switched off and on, and deleted', async () => {
    const { iam, server } = world
    await createCaller(world, 'keeper', [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }])
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'KEEPER' }))
    expect(key).toEqual({
      UserName: 'keeper',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      Status: 'Active',
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
      CreateDate: new Date(Math.floor(server.clock.nowMs() / 1000) * 1000),
    })
    const audit = server.readAudit()
    expect(audit).toContain(key?.AccessKeyId)
    expect(audit).not.toContain(key?.SecretAccessKey)

    const own = createIamClient(server, toCredentials(key?.AccessKeyId, key?.SecretAccessKey))
    expect((await own.send(new GetUserCommand({}))).User?.UserName).toBe('keeper')
    const target = { UserName: 'keeper', AccessKeyId: key?.AccessKeyId }
    await iam.send(new UpdateAccessKeyCommand({ ...target, Status: 'Inactive' }))
    await expect(own.send(new GetUserCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
    await iam.send(new UpdateAccessKeyCommand({ ...target, Status: 'Active' }))
    const listed = await own.send(new ListAccessKeysCommand({}))
    expect(listed.AccessKeyMetadata).toHaveLength(2)
    expect(listed.AccessKeyMetadata).toContainEqual({
      UserName: 'keeper',
      AccessKeyId: key?.AccessKeyId,
      Status: 'Active',
      CreateDate: key?.CreateDate,
    })
    await expect(own.send(new CreateAccessKeyCommand({}))).rejects.toBeInstanceOf(
      LimitExceededException,
    )
    const pages: number[] = []
    for await (const page of paginateListAccessKeys({ client: own, pageSize: 1 }, {})) {
      pages.push(page.AccessKeyMetadata?.length ?? 0)
    }
    expect(pages).toEqual([1, 1])
    await own.send(new DeleteAccessKeyCommand({ AccessKeyId: key?.AccessKeyId }))
    await expect(own.send(new GetUserCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
  })

  it('are never more than two, however many are asked for at once', async () => {
    const { iam } = world
    await iam.send(new CreateUserCommand({ UserName: 'crowd' }))
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => iam.send(new CreateAccessKeyCommand({ UserName: 'crowd' }))),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'crowd' }))
    expect(AccessKeyMetadata).toHaveLength(2)
  })

  it("belong to the account's root too, which has no name", async () => {
    const { server, account } = world
    const root = createIamClient(server, await addRootKey(server, account))
    const { User: user } = await root.send(new GetUserCommand({}))
    expect(user).toMatchObject({ UserId: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root` })
    expect(user).not.toHaveProperty('UserName')
    const { AccessKey: key } = await root.send(new CreateAccessKeyCommand({}))
    expect(key).not.toHaveProperty('UserName')
    const second = createIamClient(server, toCredentials(key?.AccessKeyId, key?.SecretAccessKey))
    const listed = await second.send(new ListAccessKeysCommand({}))
    expect(listed.AccessKeyMetadata).toHaveLength(2)
    await expect(root.send(new CreateAccessKeyCommand({}))).rejects.toMatchObject({
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    })
    await root.send(new DeleteAccessKeyCommand({ AccessKeyId: key?.AccessKeyId }))
  })

  it('tell when they were last used, in their own account', async () => {
    const { iam, server, account } = world
    await iam.send(new CreateUserCommand({ UserName: 'user-of-keys' }))
    const { AccessKey: key } = await iam.send(
      new CreateAccessKeyCommand({ UserName: 'user-of-keys' }),
    )
    const AccessKeyId = key?.AccessKeyId ?? ''
    const never = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    expect(never).toMatchObject({
      UserName: 'user-of-keys',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    })
    expect(never.AccessKeyLastUsed).not.toHaveProperty('LastUsedDate')
    if (!isAccessKeyId(AccessKeyId)) throw new Error('not an access key id')
    const use = { usedAtMs: server.clock.nowMs() + 999, region: 'eu-west-1', service: 'sts' }
    await server.data.store.saveAccessKeyUses(new Map([[AccessKeyId, use]]))
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    expect(used.AccessKeyLastUsed).toEqual({
      LastUsedDate: new Date(Math.floor(use.usedAtMs / 1000) * 1000),
      ServiceName: 'sts',
      Region: 'eu-west-1',
    })
    const rootKey = await addRootKey(server, account)
    const ofRoot = await iam.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: rootKey.accessKeyId }),
    )
    expect(ofRoot).not.toHaveProperty('UserName')

    const foreign = await addAccount(server, '000000000003', { isFederationEnabled: false })
    const { credentials } = await addUser(server, foreign, 'stranger')
    for (const unseen of [credentials.accessKeyId, 'AKIAUNKNOWN000000000']) {
      await expect(
        iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: unseen })),
      ).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
    }
  })

  it('need a name from a caller who is no user', async () => {
    const { iam, server, admin } = world
    const { Role: role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'nameless',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
        }),
      }),
    )
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'nameless',
        PolicyName: 'all',
        PolicyDocument: formatAllow('*'),
      }),
    )
    const sts = new STSClient({
      endpoint: server.endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      systemClockOffset: server.clock.nowMs() - Date.now(),
      credentials: {
        accessKeyId: admin.accessKeyId,
        secretAccessKey: admin.secretAccessKey.reveal(),
      },
    })
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role?.Arn, RoleSessionName: 'work' }),
    )
    sts.destroy()
    const credentials = toCredentials(
      session?.AccessKeyId,
      session?.SecretAccessKey,
      session?.SessionToken,
    )
    for (const Action of ['GetUser', 'CreateAccessKey', 'ListAccessKeys', 'ListMFADevices']) {
      expect(await provoke(world, credentials, { Action })).toEqual([
        400,
        'ValidationError',
        'Must specify userName when calling with non-User credentials',
      ])
    }
    const own = createIamClient(server, credentials)
    expect((await own.send(new GetUserCommand({ UserName: 'admin' }))).User?.UserName).toBe('admin')
  })
})
