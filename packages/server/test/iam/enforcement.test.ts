import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachUserPolicyCommand,
  GetRoleCommand,
  type IAMClient,
  PutUserPermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/secrets/secret.ts'
import { formatAllow, formatTrust, TRUST } from '../support/policies.ts'
import {
  createCaller,
  createIamClient,
  type IamWorld,
  startIamWorld,
} from '../support/worlds/iam.ts'

const AWS = 'arn:aws:iam::aws:policy'

let world: IamWorld
beforeAll(async () => {
  world = await startIamWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** A client of a new user without any policy. */
async function createClient(name: string): Promise<IAMClient> {
  return createIamClient(world.server, await createCaller(world, name, []))
}

async function createRole(RoleName: string): Promise<string> {
  const input = { RoleName, AssumeRolePolicyDocument: TRUST }
  const { Role: role } = await world.iam.send(new CreateRoleCommand(input))
  return role?.Arn ?? ''
}

/** `granted`, or why it was not: the end of the text, from `because` or `with` on. */
async function ask(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'granted'
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return / ((?:because|with) .*)$/.exec(error.message)?.[1] ?? error.message
  }
}

const read = (client: IAMClient, RoleName: string) =>
  ask(client.send(new GetRoleCommand({ RoleName })))
const remove = (client: IAMClient, RoleName: string) =>
  ask(client.send(new DeleteRoleCommand({ RoleName })))

describe('what IAM is told holds at the next call', () => {
  it("for AWS's policies on a user", async () => {
    const client = await createClient('reader')
    await createRole('shown')
    const attachment = { UserName: 'reader', PolicyArn: `${AWS}/ReadOnlyAccess` }
    expect(await read(client, 'shown')).toBe(
      'because no identity-based policy allows the iam:GetRole action',
    )
    await world.iam.send(new AttachUserPolicyCommand(attachment))
    expect(await read(client, 'shown')).toBe('granted')
    expect(await remove(client, 'shown')).toBe(
      'because no identity-based policy allows the iam:DeleteRole action',
    )
    await world.iam.send(new DetachUserPolicyCommand(attachment))
    expect(await read(client, 'shown')).not.toBe('granted')
  })

  it('for the version of a policy in force', async () => {
    const { iam } = world
    const client = await createClient('versioned')
    await createRole('watched')
    const { Policy: policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'watch', PolicyDocument: formatAllow('iam:GetRole') }),
    )
    const PolicyArn = policy?.Arn ?? ''
    await iam.send(new AttachUserPolicyCommand({ UserName: 'versioned', PolicyArn }))
    expect(await read(client, 'watched')).toBe('granted')
    const PolicyDocument = formatAllow('iam:GetRole').replace('Allow', 'Deny')
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }))
    expect(await read(client, 'watched')).toBe('granted')
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
    expect(await read(client, 'watched')).toBe('with an explicit deny in an identity-based policy')
  })

  it("for a policy of AWS's as a boundary", async () => {
    const client = await createClient('bounded')
    await createRole('kept')
    const UserName = 'bounded'
    const PolicyArn = `${AWS}/AdministratorAccess`
    await world.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
    const PermissionsBoundary = `${AWS}/IAMReadOnlyAccess`
    await world.iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
    expect(await read(client, 'kept')).toBe('granted')
    expect(await remove(client, 'kept')).toBe(
      'because no permissions boundary allows the iam:DeleteRole action',
    )
  })

  it("for a policy of AWS's in a session of a role, and for whom the role trusts", async () => {
    const { iam, server, admin } = world
    const RoleArn = await createRole('assumed')
    const PolicyArn = `${AWS}/AdministratorAccess`
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'assumed', PolicyArn }))
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
    const assume = () =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn,
          RoleSessionName: 'session',
          PolicyArns: [{ arn: `${AWS}/ReadOnlyAccess` }],
        }),
      )
    const { Credentials: issued } = await assume()
    const client = createIamClient(server, {
      accessKeyId: issued?.AccessKeyId ?? '',
      secretAccessKey: new Secret(issued?.SecretAccessKey ?? ''),
      sessionToken: new Secret(issued?.SessionToken ?? ''),
    })
    expect(await read(client, 'assumed')).toBe('granted')
    expect(await remove(client, 'assumed')).toBe(
      'because no session policy allows the iam:DeleteRole action',
    )
    const PolicyDocument = formatTrust({ Service: 'ec2.amazonaws.com' })
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'assumed', PolicyDocument }))
    expect(await ask(assume())).toContain('is not authorized to perform: sts:AssumeRole')
    sts.destroy()
  })
})
