import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { Secret } from '../../src/secrets/secret.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { callSts } from '../support/sts-calls.ts'
import { ACCOUNT, type IamWorld } from '../support/worlds/iam.ts'

/** A user without any policy: it may assume what trusts itself. */
export interface PlainUser {
  readonly id: string
  readonly arn: string
  readonly credentials: SigningCredentials
}

/** Makes a user by IAM's API. */
export async function createUser({ iam }: IamWorld, UserName: string, Path = '/') {
  const { User } = await iam.send(new CreateUserCommand({ UserName, Path }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const credentials: SigningCredentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: new Secret(AccessKey?.SecretAccessKey ?? ''),
    sessionToken: null,
  }
  return { id: User?.UserId ?? '', arn: User?.Arn ?? '', credentials }
}

/** Deletes a user, its key first. */
export async function deleteUser({ iam }: IamWorld, UserName: string, user: PlainUser) {
  const { accessKeyId: AccessKeyId } = user.credentials
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await iam.send(new DeleteUserCommand({ UserName }))
}

/** Makes a role by IAM's API; gives its unique id. */
export async function createRole({ iam }: IamWorld, RoleName: string, trustPolicy: string) {
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustPolicy }),
  )
  return Role?.RoleId ?? ''
}

/** Puts a trust policy. */
export async function putTrust({ iam }: IamWorld, RoleName: string, PolicyDocument: string) {
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
}

/** The trust policy as `GetRole` shows it. */
export async function showTrust({ iam }: IamWorld, RoleName: string): Promise<string> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
}

/** Whether the credentials may assume a role of the account. */
export async function mayAssume(
  { server }: Pick<IamWorld, 'server'>,
  credentials: SigningCredentials,
  roleName: string,
): Promise<boolean> {
  const request = { RoleArn: formatRole(roleName), RoleSessionName: 'session' }
  const { status } = await callSts(server, credentials, 'AssumeRole', request)
  if (status !== 200 && status !== 403) throw new Error(`AssumeRole answered ${status}`)
  return status === 200
}

/** The ARN of a role without a path. */
export function formatRole(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`
}
