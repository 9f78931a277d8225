import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUser, type TestUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { trust } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import {
  assumeRole,
  callSts,
  expectError,
  issueToken,
  members,
  readCredentials,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { ACCOUNT, type SessionWorld, startSessionWorld } from '../support/worlds/session.ts'

const PROVIDER = 'arn:aws:iam::aws:contextProvider/Compute'
const BROKER = `arn:aws:iam::${ACCOUNT}:user/node-agent`
const BROKER_ROLE = `arn:aws:iam::${ACCOUNT}:role/agents/broker`

/** Every claim of aws-wire §3.3 that a platform has to know, with its condition key. */
const CLAIMS = {
  ec2_source_instance_arn: 'arn:aws:ec2:eu-west-1:111111111111:instance/i-0123456789abcdef0',
  ec2_instance_source_vpc: 'vpc-0123456789abcdef0',
  ec2_instance_source_private_ipv4: '10.1.2.3',
  ec2_role_delivery: '2',
  lambda_source_function_arn: 'arn:aws:lambda:eu-west-1:111111111111:function:f',
  glue_credential_issuing_service: 'glue.amazonaws.com',
  identity_store_user_id: '265222f4-f041-7008-0000-000000000000',
  identity_store_arn: 'arn:aws:identitystore::111111111111:identitystore/d-0123456789',
}
const CONDITION_KEYS = {
  ec2_source_instance_arn: 'ec2:SourceInstanceArn',
  ec2_instance_source_vpc: 'aws:Ec2InstanceSourceVpc',
  ec2_instance_source_private_ipv4: 'aws:Ec2InstanceSourcePrivateIPv4',
  ec2_role_delivery: 'ec2:RoleDelivery',
  lambda_source_function_arn: 'lambda:SourceFunctionArn',
  glue_credential_issuing_service: 'glue:CredentialIssuingService',
  identity_store_user_id: 'identitystore:UserId',
  identity_store_arn: 'identitystore:IdentityStoreArn',
}

let world: SessionWorld
let broker: TestUser

beforeAll(async () => {
  const settings = { 'sts.computeContextBrokers': `${BROKER},${BROKER_ROLE}` }
  world = await startSessionWorld({ settings })
  broker = await addUser(world.server, world.account, 'node-agent')
})

afterAll(() => world[Symbol.asyncDispose]())

function vouch(...assertions: readonly (object | string)[]) {
  return members(
    'ProvidedContexts',
    assertions.map(assertion => ({
      ProviderArn: PROVIDER,
      ContextAssertion: typeof assertion === 'string' ? assertion : JSON.stringify(assertion),
    })),
  )
}

function request(parameters: Readonly<Record<string, string>>, arn = world.role.arn) {
  return { RoleArn: arn, RoleSessionName: 'session', ...parameters }
}

describe('compute context', () => {
  it('stands in tokens and in conditions', async () => {
    const { server, account } = world
    const role = await addRole(server, account, 'conditional', {
      statements: [
        {
          Effect: 'Allow',
          Action: 'sts:GetWebIdentityToken',
          Resource: '*',
          Condition: {
            StringEquals: Object.fromEntries(
              Object.entries(CONDITION_KEYS).map(([claim, key]) => [
                key,
                CLAIMS[claim as keyof typeof CLAIMS],
              ]),
            ),
          },
        },
      ],
    })
    const session = await assumeRole(server, broker.credentials, role, vouch(CLAIMS))
    expect((await issueToken(server, session)).awsClaims).toMatchObject(CLAIMS)
    const { lambda_source_function_arn: _left, ...others } = CLAIMS
    const lacking = await assumeRole(server, broker.credentials, role, vouch(others))
    expect(await call(server, lacking, tokenCall())).toMatchObject({ status: 403 })
  })

  it('comes in several assertions, of which the last counts', async () => {
    const { server, role } = world
    const contexts = vouch(
      { ec2_role_delivery: '1', ec2_instance_source_vpc: 'vpc-1' },
      { ec2_role_delivery: '2' },
    )
    const session = await assumeRole(server, broker.credentials, role, contexts)
    expect((await issueToken(server, session)).awsClaims).toMatchObject({
      ec2_role_delivery: '2',
      ec2_instance_source_vpc: 'vpc-1',
    })
  })

  it('may come from a session of a role that is a broker', async () => {
    const { server, account, callers, role } = world
    const agent = await addRole(server, account, 'broker', { path: '/agents/' })
    const session = await assumeRole(server, callers.user, agent)
    const vouched = await assumeRole(server, session, role, vouch({ ec2_role_delivery: '2' }))
    expect((await issueToken(server, vouched)).awsClaims).toMatchObject({ ec2_role_delivery: '2' })
  })

  it('does not go on to the next role', async () => {
    const { server, role } = world
    const session = await assumeRole(server, broker.credentials, role, vouch(CLAIMS))
    const next = await assumeRole(server, session, role)
    const { awsClaims } = await issueToken(server, next)
    for (const claim of Object.keys(CLAIMS)) expect(awsClaims).not.toHaveProperty(claim)
  })

  it.each(['user', 'role'] as const)('is refused from who is no broker: %s', async caller => {
    const { server, callers } = world
    const arn = {
      user: `arn:aws:iam::${ACCOUNT}:user/team/alice`,
      role: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session`,
    }[caller]
    const answer = await callSts(server, callers[caller], 'AssumeRole', request(vouch(CLAIMS)))
    const text = `User: ${arn} is not trusted to provide compute context`
    expectError(answer, [403, 'AccessDenied', text])
  })

  it('needs leave of the role', async () => {
    const { server, account } = world
    const role = await addRole(server, account, 'reluctant', {
      trust: [trust(ACCOUNT, { Action: ['sts:AssumeRole', 'sts:TagSession'] })],
    })
    await assumeRole(server, broker.credentials, role)
    const parameters = request(vouch({ ec2_role_delivery: '2' }), role.arn)
    const answer = await callSts(server, broker.credentials, 'AssumeRole', parameters)
    const text = `User: ${BROKER} is not authorized to perform: sts:SetContext on resource: ${role.arn}`
    expectError(answer, [403, 'AccessDenied', text])
  })

  const invalid = (reason: string) =>
    [400, 'InvalidContextAssertion', `The context assertion is not valid: ${reason}.`] as const
  const NEEDED = [
    400,
    'InvalidContextAssertion',
    `ProvidedContexts needs the ProviderArn ${PROVIDER} and a ContextAssertion.`,
  ] as const

  it.each<[what: string, Readonly<Record<string, string>>, readonly [number, string, string]]>([
    ['no JSON', vouch('{"a"'), invalid('it must be a JSON object')],
    ['a list', vouch('["ec2_role_delivery"]'), invalid('it must be a JSON object')],
    ['null', vouch('null'), invalid('it must be a JSON object')],
    [
      'a claim that is none of compute context',
      vouch({ aws_account: '222222222222' }),
      invalid('aws_account is not a claim of compute context'),
    ],
    [
      'a claim that objects have',
      vouch('{"__proto__":"x"}'),
      invalid('__proto__ is not a claim of compute context'),
    ],
    [
      'a claim that is no text',
      vouch({ ec2_role_delivery: 2 }),
      invalid('ec2_role_delivery must be a text of 1 to 2048 characters'),
    ],
    [
      'an empty claim',
      vouch({ ec2_role_delivery: '' }),
      invalid('ec2_role_delivery must be a text of 1 to 2048 characters'),
    ],
    [
      'another provider',
      members('ProvidedContexts', [
        {
          ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
          ContextAssertion: JSON.stringify(CLAIMS),
        },
      ]),
      NEEDED,
    ],
    ['no assertion', members('ProvidedContexts', [{ ProviderArn: PROVIDER }]), NEEDED],
    [
      'more than a token can hold',
      vouch(
        ...Object.keys(CLAIMS)
          .slice(0, 5)
          .map(claim => ({ [claim]: createNoise(2000) })),
      ),
      [
        400,
        'PackedPolicyTooLarge',
        'Packed policy consumes 101% of allotted space, please use smaller policy.',
      ],
    ],
  ])('is refused when it is %s', async (_what, contexts, refusal) => {
    const { server } = world
    const parameters = request(contexts)
    const answer = await callSts(server, broker.credentials, 'AssumeRole', parameters)
    expectError(answer, refusal)
  })

  it('is nothing that anybody may bring by default', async () => {
    await using plain = await startSessionWorld()
    const parameters = request(vouch(CLAIMS), plain.role.arn)
    const answer = await callSts(plain.server, plain.callers.user, 'AssumeRole', parameters)
    expect(answer).toMatchObject({ status: 403 })
    readCredentials(await callSts(plain.server, plain.callers.user, 'GetSessionToken'))
  })
})

/** Text that does not compress. */
function createNoise(characters: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(characters))
  return Buffer.from(bytes).toString('base64').slice(0, characters)
}
