import { CreateGroupCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../src/principals/entities.ts'
import { parseAccountId } from '../../src/principals/identifiers.ts'
import { formatTrust, TRUST } from '../support/policies.ts'
import { ACCOUNT, type IamWorld, provoke, startIamWorld } from '../support/worlds/iam.ts'
import { createRole, createUser, deleteUser, showTrust } from './trust-world.ts'

const CHINA = '333333333333'
let world: IamWorld
let gone: string
let group: string

beforeAll(async () => {
  world = await startIamWorld()
  await createUser(world, 'ann', '/team/')
  await createRole(world, 'app', TRUST)
  const user = await createUser(world, 'gone')
  gone = user.id
  await deleteUser(world, 'gone', user)
  group = (await world.iam.send(new CreateGroupCommand({ GroupName: 'all' }))).Group?.GroupId ?? ''
  const elsewhere: Account = {
    id: parseAccountId(CHINA),
    partition: 'aws-cn',
    name: 'china',
    createdAtMs: world.server.clock.nowMs(),
    organization: null,
  }
  await world.server.data.store.createAccount(elsewhere)
})

afterAll(() => world[Symbol.asyncDispose]())

const NOBODY: readonly (readonly [what: string, principal: () => string])[] = [
  ['a user that is not there', () => `arn:aws:iam::${ACCOUNT}:user/eve`],
  ['a role that is not there', () => `arn:aws:iam::${ACCOUNT}:role/eve`],
  ['a user as a role', () => `arn:aws:iam::${ACCOUNT}:role/team/ann`],
  ['a user without its path', () => `arn:aws:iam::${ACCOUNT}:user/ann`],
  ['a user under another path', () => `arn:aws:iam::${ACCOUNT}:user/x/ann`],
  ['a user in another case', () => `arn:aws:iam::${ACCOUNT}:user/team/Ann`],
  ['a role under a path', () => `arn:aws:iam::${ACCOUNT}:role/x/app`],
  ['a session of no role', () => `arn:aws:sts::${ACCOUNT}:assumed-role/eve/session`],
  ['a role as a session', () => `arn:aws:sts::${ACCOUNT}:assumed-role/app`],
  ['a session with a path', () => `arn:aws:sts::${ACCOUNT}:assumed-role/app/x/session`],
  ['a session in another case', () => `arn:aws:sts::${ACCOUNT}:assumed-role/App/session`],
  ['the id of who is gone', () => gone],
  ['the session of a role that is gone', () => `AROA${'A'.repeat(17)}:session`],
  ['the id of a group', () => group],
  ['an account that is not there', () => '999999999999'],
  ['its root', () => 'arn:aws:iam::999999999999:root'],
  ['a user of it', () => 'arn:aws:iam::999999999999:user/ann'],
  ['a federated user of it', () => 'arn:aws:sts::999999999999:federated-user/guest'],
  ['the account in another partition', () => `arn:aws-cn:iam::${ACCOUNT}:root`],
  ['a user in another partition', () => `arn:aws-cn:iam::${ACCOUNT}:user/team/ann`],
  ['an account of another partition', () => CHINA],
  ['its root', () => `arn:aws-cn:iam::${CHINA}:root`],
  ['a partition that does not exist', () => `arn:aws-x:iam::${ACCOUNT}:user/team/ann`],
]

describe('a trust policy that names nobody', () => {
  it.each(NOBODY)('is refused: %s', async (_, findPrincipal) => {
    const principal = findPrincipal()
    const refusal = [
      400,
      'MalformedPolicyDocument',
      `Invalid principal in policy: "AWS":"${principal}"`,
    ]
    const { admin } = world
    const policy = formatTrust({ AWS: principal })
    const create = { Action: 'CreateRole', RoleName: 'new', AssumeRolePolicyDocument: policy }
    expect(await provoke(world, admin, create)).toEqual(refusal)
    const get = { Action: 'GetRole', RoleName: 'new' }
    const missing = 'The role with name new cannot be found.'
    expect(await provoke(world, admin, get)).toEqual([404, 'NoSuchEntity', missing])
    const put = { Action: 'UpdateAssumeRolePolicy', RoleName: 'app', PolicyDocument: policy }
    expect(await provoke(world, admin, put)).toEqual(refusal)
    expect(await showTrust(world, 'app')).toBe(TRUST)
  })

  const eve = `arn:aws:iam::${ACCOUNT}:user/eve`
  it.each([
    ['among others', { Principal: { AWS: [ACCOUNT, eve] } }],
    ['in a Deny', { Effect: 'Deny', Principal: { AWS: eve } }],
    ['as spared by a Deny', { Effect: 'Deny', NotPrincipal: { AWS: [ACCOUNT, eve] } }],
  ])('is refused %s', async (_, statement) => {
    const whole = { Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [whole] })
    const create = { Action: 'CreateRole', RoleName: 'new', AssumeRolePolicyDocument: policy }
    expect(await provoke(world, world.admin, create)).toEqual([
      400,
      'MalformedPolicyDocument',
      `Invalid principal in policy: "AWS":"${eve}"`,
    ])
  })

  it('is refused when it names a provider of another partition', async () => {
    const provider = `arn:aws-cn:iam::${ACCOUNT}:oidc-provider/idp.example.com`
    const policy = formatTrust({ Federated: provider }, 'sts:AssumeRoleWithWebIdentity')
    const create = { Action: 'CreateRole', RoleName: 'new', AssumeRolePolicyDocument: policy }
    expect(await provoke(world, world.admin, create)).toEqual([
      400,
      'MalformedPolicyDocument',
      `Invalid principal in policy: "Federated":"${provider}"`,
    ])
  })
})
