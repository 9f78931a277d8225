import {
  DeleteRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  ListRolesCommand,
  UpdateRoleDescriptionCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount } from '../support/accounts.ts'
import { formatTrust } from '../support/policies.ts'
import { assumeRole } from '../support/sts-calls.ts'
import { ACCOUNT, type IamWorld, startIamWorld } from '../support/worlds/iam.ts'
import {
  createRole,
  createUser,
  deleteUser,
  formatRole,
  mayAssume,
  putTrust,
  showTrust,
} from './trust-world.ts'

let world: IamWorld

beforeAll(async () => {
  world = await startIamWorld()
  await addAccount(world.server, '222222222222')
})

afterAll(() => world[Symbol.asyncDispose]())

describe('a trusted user', () => {
  it('is not followed by another of its name, until the policy is put again', async () => {
    const first = await createUser(world, 'nat')
    const policy = formatTrust({ AWS: first.arn })
    await createRole(world, 'of-nat', policy)
    expect(await mayAssume(world, first.credentials, 'of-nat')).toBe(true)
    expect(await showTrust(world, 'of-nat')).toBe(policy)

    await deleteUser(world, 'nat', first)
    expect(await showTrust(world, 'of-nat')).toBe(formatTrust({ AWS: first.id }))
    const second = await createUser(world, 'nat')
    expect(second.arn).toBe(first.arn)
    expect(await mayAssume(world, second.credentials, 'of-nat')).toBe(false)
    expect(await showTrust(world, 'of-nat')).toBe(formatTrust({ AWS: first.id }))

    await world.iam.send(
      new UpdateRoleDescriptionCommand({ RoleName: 'of-nat', Description: 'changed' }),
    )
    expect(await mayAssume(world, second.credentials, 'of-nat')).toBe(false)

    await putTrust(world, 'of-nat', policy)
    expect(await mayAssume(world, second.credentials, 'of-nat')).toBe(true)
    expect(await showTrust(world, 'of-nat')).toBe(policy)
  })

  it('is still trusted under another name and path, and shown by them', async () => {
    const user = await createUser(world, 'old')
    await createRole(world, 'of-old', formatTrust({ AWS: user.arn }))
    const names = { NewUserName: 'new', NewPath: '/team/' }
    await world.iam.send(new UpdateUserCommand({ UserName: 'old', ...names }))
    expect(await mayAssume(world, user.credentials, 'of-old')).toBe(true)
    const renamed = formatTrust({ AWS: `arn:aws:iam::${ACCOUNT}:user/team/new` })
    expect(await showTrust(world, 'of-old')).toBe(renamed)

    const heir = await createUser(world, 'old')
    expect(await mayAssume(world, heir.credentials, 'of-old')).toBe(false)
    expect(await showTrust(world, 'of-old')).toBe(renamed)
  })

  it('may be named by its id, and is shown by its ARN', async () => {
    const user = await createUser(world, 'ida')
    await createRole(world, 'of-ida', formatTrust({ AWS: user.id }))
    expect(await showTrust(world, 'of-ida')).toBe(formatTrust({ AWS: user.arn }))
    expect(await mayAssume(world, user.credentials, 'of-ida')).toBe(true)
  })

  it('is denied by what it is, under any name', async () => {
    const user = await createUser(world, 'dan')
    const allow = { Effect: 'Allow', Principal: { AWS: user.id }, Action: 'sts:AssumeRole' }
    const deny = { ...allow, Effect: 'Deny', Principal: { AWS: user.arn } }
    const Statement = [allow, deny]
    await createRole(world, 'but-dan', JSON.stringify({ Version: '2012-10-17', Statement }))
    expect(await mayAssume(world, user.credentials, 'but-dan')).toBe(false)
    await world.iam.send(new UpdateUserCommand({ UserName: 'dan', NewUserName: 'dean' }))
    expect(await mayAssume(world, user.credentials, 'but-dan')).toBe(false)
  })
})

describe('a trusted role', () => {
  const START = formatTrust({ AWS: `arn:aws:iam::${ACCOUNT}:root` })

  async function openSession(roleName: string, session: string): Promise<SigningCredentials> {
    const role = { arn: formatRole(roleName) }
    return assumeRole(world.server, world.admin, role, { RoleSessionName: session })
  }

  it('is not followed by another of its name, until the policy is put again', async () => {
    const id = await createRole(world, 'app', START)
    const policy = formatTrust({ AWS: formatRole('app') })
    await createRole(world, 'of-app', policy)
    expect(await mayAssume(world, await openSession('app', 's1'), 'of-app')).toBe(true)

    await world.iam.send(new DeleteRoleCommand({ RoleName: 'app' }))
    expect(await showTrust(world, 'of-app')).toBe(formatTrust({ AWS: id }))
    await createRole(world, 'app', START)
    expect(await mayAssume(world, await openSession('app', 's1'), 'of-app')).toBe(false)

    await putTrust(world, 'of-app', policy)
    expect(await mayAssume(world, await openSession('app', 's1'), 'of-app')).toBe(true)
    expect(await showTrust(world, 'of-app')).toBe(policy)
  })

  it('may be trusted in one of its sessions alone', async () => {
    const id = await createRole(world, 'job', START)
    const policy = formatTrust({ AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/job/nightly` })
    await createRole(world, 'of-job', policy)
    expect(await mayAssume(world, await openSession('job', 'nightly'), 'of-job')).toBe(true)
    expect(await mayAssume(world, await openSession('job', 'daily'), 'of-job')).toBe(false)
    expect(await showTrust(world, 'of-job')).toBe(policy)

    await world.iam.send(new DeleteRoleCommand({ RoleName: 'job' }))
    expect(await showTrust(world, 'of-job')).toBe(formatTrust({ AWS: `${id}:nightly` }))
    await createRole(world, 'job', START)
    expect(await mayAssume(world, await openSession('job', 'nightly'), 'of-job')).toBe(false)
  })

  it('may trust itself once it is there', async () => {
    await createRole(world, 'self', START)
    const policy = formatTrust({ AWS: formatRole('self') })
    await putTrust(world, 'self', policy)
    expect(await showTrust(world, 'self')).toBe(policy)
  })
})

describe('what has no id', () => {
  it.each([
    ['an account', ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`],
    ['another account', '222222222222', 'arn:aws:iam::222222222222:root'],
    ['a root', `arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:root`],
    [
      'a federated user',
      `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
      `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
    ],
    ['everyone', '*', '*'],
  ])('%s is shown as AWS shows it', async (what, principal, shown) => {
    const RoleName = `of-${what.replaceAll(' ', '-')}`
    await createRole(world, RoleName, formatTrust({ AWS: principal }))
    expect(await showTrust(world, RoleName)).toBe(formatTrust({ AWS: shown }))
  })
})

describe('wherever a role is shown', () => {
  it('a deleted principal is an id, and all else stands as it was written', async () => {
    const user = await createUser(world, 'gone')
    const { arn } = await createUser(world, 'there')
    const write = (gone: string) =>
      ` {"Version": "2012-10-17",\n "Statement":{"Effect":"Allow","Principal":{"AWS":["${arn}","${gone}"]},"Action":"sts:AssumeRole"}}`
    await createRole(world, 'of-both', write(user.arn.replace('user', '\\u0075ser')))
    await deleteUser(world, 'gone', user)
    const shown = write(user.id)
    expect(await showTrust(world, 'of-both')).toBe(shown)
    const listed = await world.iam.send(new ListRolesCommand({}))
    const details = await world.iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }),
    )
    for (const roles of [listed.Roles, details.RoleDetailList]) {
      const document = roles?.find(role => role.RoleName === 'of-both')?.AssumeRolePolicyDocument
      expect(decodeURIComponent(document ?? '')).toBe(shown)
    }
  })
})
