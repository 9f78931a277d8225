import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLastEvent } from '../support/audit.ts'
import { CLIENT_ID, type Claims, SUBJECT } from '../support/oidc-issuer.ts'
import { type Statements, trust, trustProvider } from '../support/policies.ts'
import { expectError } from '../support/sts-calls.ts'
import { ACCOUNT, type IssuerWorld, startIssuerWorld } from '../support/worlds/issuer.ts'

const TAGS = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'
const ROLES = 'https://aws.amazon.com/roles'
const WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity'
const denied = (action: string) =>
  [403, 'AccessDenied', `Not authorized to perform ${action}`] as const

let world: IssuerWorld

beforeAll(async () => {
  world = await startIssuerWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

describe('the trust policy decides', () => {
  const key = (name: string) => `${world.issuer.url.slice('http://'.length)}:${name}`

  it.each<[what: string, condition: () => object, claims: Claims, isAllowed: boolean]>([
    ['sub', () => ({ StringEquals: { [key('sub')]: SUBJECT } }), {}, true],
    ['another sub', () => ({ StringEquals: { [key('sub')]: 'repo:other' } }), {}, false],
    ['sub by a pattern', () => ({ StringLike: { [key('sub')]: 'repo:example/*' } }), {}, true],
    ['aud', () => ({ StringEquals: { [key('aud')]: CLIENT_ID } }), {}, true],
    ['another aud', () => ({ StringEquals: { [key('aud')]: 'other' } }), {}, false],
    [
      'azp, which stands for aud',
      () => ({ StringEquals: { [key('aud')]: CLIENT_ID, [key('oaud')]: 'api' } }),
      { aud: 'api', azp: CLIENT_ID },
      true,
    ],
    [
      'one of several original audiences',
      () => ({ 'ForAnyValue:StringEquals': { [key('oaud')]: 'api' } }),
      { aud: ['web', 'api'], azp: CLIENT_ID },
      true,
    ],
    [
      'several original audiences by a plain operator',
      () => ({ StringEquals: { [key('oaud')]: 'api' } }),
      { aud: ['web', 'api'], azp: CLIENT_ID },
      false,
    ],
    ['the session name', () => ({ StringEquals: { 'sts:RoleSessionName': 'ci' } }), {}, true],
    [
      'the provider',
      () => ({ ArnEquals: { 'aws:FederatedProvider': world.provider.arn } }),
      {},
      true,
    ],
    [
      'what AWS fills in for a provider',
      () => ({
        StringEquals: {
          'aws:PrincipalAccount': ACCOUNT,
          'aws:PrincipalType': 'User',
          'aws:userid': world.provider.arn,
        },
        Null: { 'aws:PrincipalArn': 'true', 'aws:username': 'true', 'aws:TokenIssueTime': 'true' },
      }),
      {},
      true,
    ],
    [
      'tags of the token',
      () => ({ StringEquals: { 'aws:RequestTag/team': 'data' } }),
      { [TAGS]: { principal_tags: { Team: ['data'] } } },
      true,
    ],
    [
      'tags of the token as those of the principal',
      () => ({ StringEquals: { 'aws:PrincipalTag/team': 'data' } }),
      { [TAGS]: { principal_tags: { Team: ['data'] } } },
      false,
    ],
    [
      'the source identity',
      () => ({ StringEquals: { 'sts:SourceIdentity': 'octocat' } }),
      { [SOURCE_IDENTITY]: 'octocat' },
      true,
    ],
    [
      'how the subject was authenticated',
      () => ({ 'ForAnyValue:StringEquals': { [key('amr')]: 'mfa' } }),
      { amr: ['pwd', 'mfa'] },
      true,
    ],
    [
      'another way of authentication',
      () => ({ 'ForAnyValue:StringEquals': { [key('amr')]: 'mfa' } }),
      { amr: 'pwd' },
      false,
    ],
    [
      'an authentication that the token does not tell',
      () => ({ 'ForAnyValue:StringEquals': { [key('amr')]: 'mfa' } }),
      { amr: null },
      false,
    ],
    [
      'the address',
      () => ({ StringLike: { [key('email')]: '*@example.com' } }),
      { email: 'octocat@example.com' },
      true,
    ],
    [
      'an address that the token does not have',
      () => ({ StringLike: { [key('email')]: '*@example.com' } }),
      {},
      false,
    ],
  ])('by %s', async (_what, condition, claims, isAllowed) => {
    const role = await world.addRole({
      trust: trustProvider(world.provider.arn, { Condition: condition() }),
    })
    const answer = await world.exchange(await world.sign(claims), role.arn)
    if (isAllowed) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, denied(WEB_IDENTITY))
  })

  it.each<[what: string, trust: () => Statements]>([
    ['an AWS account', () => [trust(ACCOUNT, { Action: 'sts:*' })]],
    ['everybody of AWS', () => [trust('*', { Action: 'sts:*' })]],
    [
      'another provider',
      () => [
        ...trustProvider(world.provider.arn, {
          Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/other.example` },
        }),
      ],
    ],
    [
      'the provider of another account',
      () =>
        trustProvider(world.provider.arn, {
          Principal: { Federated: world.provider.arn.replace(ACCOUNT, '222222222222') },
        }),
    ],
    [
      'the provider to do something else',
      () => trustProvider(world.provider.arn, { Action: 'sts:AssumeRole' }),
    ],
    [
      'the provider, and denies it',
      () => [
        ...trustProvider(world.provider.arn),
        ...trustProvider(world.provider.arn, { Effect: 'Deny' }),
      ],
    ],
  ])('and refuses where it trusts %s', async (_what, createTrust) => {
    const role = await world.addRole({ trust: createTrust() })
    const answer = await world.exchange(await world.sign(), role.arn)
    expectError(answer, denied(WEB_IDENTITY))
    expect(answer.headers).not.toHaveProperty('x-credence-authorization-message')
  })

  it('about tags and source identity too', async () => {
    const role = await world.addRole({
      trust: trustProvider(world.provider.arn, { Action: WEB_IDENTITY }),
    })
    const tagged = await world.sign({ [TAGS]: { principal_tags: { Team: ['data'] } } })
    expectError(await world.exchange(tagged, role.arn), denied('sts:TagSession'))
    const named = await world.sign({ [SOURCE_IDENTITY]: 'octocat' })
    expectError(await world.exchange(named, role.arn), denied('sts:SetSourceIdentity'))
  })

  it('and says nothing of roles that are not there', async () => {
    const answer = await world.exchange(await world.sign(), `arn:aws:iam::${ACCOUNT}:role/nobody`)
    expectError(answer, denied(WEB_IDENTITY))
  })
})

describe('the roles claim', () => {
  const NOT_PRESENT = [
    400,
    'InvalidIdentityToken',
    'The target role ARN is not present in the roles claim of the identity token',
  ] as const
  const authorized = (value: string) => ({
    Condition: { Bool: { 'sts:RoleAuthorizedByIdp': value } },
  })

  it.each<[what: string, claim: () => unknown, isAllowed: boolean]>([
    ['the role', () => world.deployer.arn, true],
    ['a list with the role', () => ['arn:aws:iam::1:role/x', world.deployer.arn], true],
    ['another role', () => `${world.deployer.arn}x`, false],
    ['an empty list', () => [], false],
    ['a pattern', () => `arn:aws:iam::${ACCOUNT}:role/*`, false],
    ['the name of the role', () => 'deployer', false],
  ])('binds the token to %s', async (_what, claim, isAllowed) => {
    const answer = await world.exchange(await world.sign({ [ROLES]: claim() }))
    if (isAllowed) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, NOT_PRESENT)
  })

  it.each([
    ['true', true, true],
    ['true', false, false],
    ['false', true, false],
    ['false', false, true],
  ])('RoleAuthorizedByIdp %s, claim %s: %s', async (value, hasClaim, isAllowed) => {
    const role = await world.addRole({
      trust: trustProvider(world.provider.arn, authorized(value)),
    })
    const answer = await world.exchange(
      await world.sign(hasClaim ? { [ROLES]: role.arn } : {}),
      role.arn,
    )
    if (isAllowed) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, denied(WEB_IDENTITY))
  })

  it('comes before the trust policy', async () => {
    const token = await world.sign({ [ROLES]: world.deployer.arn })
    const answer = await world.exchange(token, `arn:aws:iam::${ACCOUNT}:role/nobody`)
    expectError(answer, NOT_PRESENT)
  })

  it('is on record when it was there', async () => {
    await world.exchange(await world.sign({ [ROLES]: [world.deployer.arn] }))
    expect(readLastEvent(world.server).additionalEventData).toMatchObject({
      RoleAuthorizedByIdp: true,
    })
    await world.exchange(await world.sign())
    const { additionalEventData } = readLastEvent(world.server)
    expect(additionalEventData).not.toHaveProperty('RoleAuthorizedByIdp')
  })
})
