import { readFileSync } from 'node:fs'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { addAccount, addUser } from '../support/accounts.ts'
import { call, type Parameters } from '../support/calls.ts'
import { AgreementTally } from '../support/observations.ts'
import { CLIENT_ID, createIssuerKeys, type IssuerKeys, SUBJECT } from '../support/oidc-issuer.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer } from '../support/server.ts'
import { ACCOUNT, type IamWorld, provoke, startIamWorld } from '../support/worlds/iam.ts'
import { exchangeToken } from '../support/worlds/issuer.ts'
import { findText, readXml } from '../support/xml.ts'

/** A trust policy that somebody tried to write on AWS; no code says that it was written. */
interface Observation {
  readonly issuer: string
  readonly case: string
  readonly document: object
  readonly code: string
  readonly message: string
}

const OBSERVATIONS: readonly Observation[] = JSON.parse(
  readFileSync(
    new URL('../../src/policy/testdata/observations/oidc-trust-controls.json', import.meta.url),
    'utf8',
  ),
).scenarios

/** Observations that come out otherwise here, by their case, and why. */
const DISAGREEMENTS: ReadonlyMap<string, string> = new Map()

const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/gitlab.com`
const GITLAB_REFUSAL =
  'Trust policy with trusted principal gitlab.com must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, gitlab.com:sub which is not scoped to all.'

function trust(condition: object, provider = PROVIDER): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: condition,
    },
  })
}

const SCOPED = trust({ StringLike: { 'gitlab.com:sub': 'project_path:mine/*' } })
const OPEN = trust({ StringEquals: { 'gitlab.com:aud': 'https://gitlab.com' } })

let world: IamWorld

beforeAll(async () => {
  world = await startIamWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

async function attempt(parameters: Parameters): Promise<readonly [code: string, message: string]> {
  const { server, admin } = world
  const { status, body } = await call(server, admin, { service: 'iam', parameters })
  if (status === 200) return ['', '']
  const document = readXml(body)
  return [findText(document, 'Error', 'Code') ?? '', findText(document, 'Error', 'Message') ?? '']
}

describe('what IAM was seen to write', () => {
  const outcomes = new Map<string, readonly [code: string, message: string]>()
  const agrees = ({ case: name, code, message }: Observation): boolean => {
    const [ownCode, ownMessage] = outcomes.get(name) ?? []
    return ownCode === code && ownMessage === message
  }

  beforeAll(async () => {
    for (const [index, { case: name, document }] of OBSERVATIONS.entries()) {
      const AssumeRolePolicyDocument = JSON.stringify(document)
      const RoleName = `observed-${index}`
      outcomes.set(
        name,
        await attempt({ Action: 'CreateRole', RoleName, AssumeRolePolicyDocument }),
      )
    }
  })

  test(`oidc-trust-controls: ${OBSERVATIONS.length - DISAGREEMENTS.size} of ${OBSERVATIONS.length} agree`, () => {
    const others = OBSERVATIONS.filter(each => !agrees(each)).map(each => each.case)
    const tally = new AgreementTally()
    for (const each of OBSERVATIONS) tally.add('oidc-trust-controls.json', agrees(each))
    tally.print()
    expect(others).toEqual([...DISAGREEMENTS.keys()])
  })
})

describe('a trust policy of a shared provider', () => {
  it('is refused when the role is made, and none is made', async () => {
    const role = { Action: 'CreateRole', RoleName: 'open', AssumeRolePolicyDocument: OPEN }
    expect(await attempt(role)).toEqual(['MalformedPolicyDocument', GITLAB_REFUSAL])
    expect(await attempt({ Action: 'GetRole', RoleName: 'open' })).toMatchObject([
      'NoSuchEntity',
      {},
    ])
  })

  it('is refused when it is replaced, and the old one stays', async () => {
    const RoleName = 'scoped'
    const AssumeRolePolicyDocument = SCOPED
    expect(await attempt({ Action: 'CreateRole', RoleName, AssumeRolePolicyDocument })).toEqual([
      '',
      '',
    ])
    const put = { Action: 'UpdateAssumeRolePolicy', RoleName }
    expect(await provoke(world, world.admin, { ...put, PolicyDocument: OPEN })).toEqual([
      400,
      'MalformedPolicyDocument',
      GITLAB_REFUSAL,
    ])
    expect(await readTrust(RoleName)).toBe(SCOPED)
    const narrower = trust({ StringEquals: { 'gitlab.com:sub': 'project_path:mine/app' } })
    expect(await attempt({ ...put, PolicyDocument: narrower })).toEqual(['', ''])
    expect(await readTrust(RoleName)).toBe(narrower)
  })

  it('stays readable and in force where it is stored already', async () => {
    const { server, account } = world
    const keys: IssuerKeys = await createIssuerKeys()
    const url = 'https://gitlab.com'
    await server.data.store.createOidcProvider({
      accountId: account.id,
      arn: PROVIDER,
      url,
      clientIds: [CLIENT_ID],
      thumbprints: [],
      createdAtMs: server.clock.nowMs(),
      tags: [],
      inlineJwks: JSON.stringify(keys.jwks),
      contextProvider: null,
    })
    const statements = JSON.parse(
      trust({ StringEquals: { 'gitlab.com:aud': CLIENT_ID } }),
    ).Statement
    const { arn } = await addRole(server, account, 'stored', { trust: [statements] })
    expect(await readTrust('stored')).toContain('gitlab.com:aud')
    const token = await signToken(keys, url, server.clock.nowMs())
    expect(await exchangeToken(server, arn, token)).toMatchObject({ status: 200 })
    const parameters = { Action: 'UpdateRole', RoleName: 'stored', Description: 'still in use' }
    expect(await attempt(parameters)).toEqual(['', ''])
  })
})

describe('webIdentity.requireCallerClaim', () => {
  const other = `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`
  const open = trust({ StringEquals: { 'idp.example.com:aud': 'client' } }, other)

  it.each([
    ['true', 400, 'idp.example.com:sub or another claim'],
    ['false', 200, 'CreateRoleResponse'],
  ])('%s: %i', async (setting, status, text) => {
    await using server = await startTestServer({
      settings: { 'webIdentity.requireCallerClaim': setting },
    })
    const { credentials } = await addUser(server, await addAccount(server, ACCOUNT), 'admin')
    const parameters = { Action: 'CreateRole', RoleName: 'r', AssumeRolePolicyDocument: open }
    const answer = await call(server, credentials, { service: 'iam', parameters })
    expect(answer).toMatchObject({ status, body: expect.stringContaining(text) })
  })
})

async function readTrust(RoleName: string): Promise<string> {
  const { server, admin } = world
  const parameters = { Action: 'GetRole', RoleName }
  const { body } = await call(server, admin, { service: 'iam', parameters })
  const path = ['GetRoleResult', 'Role', 'AssumeRolePolicyDocument'] as const
  return decodeURIComponent(findText(readXml(body), ...path) ?? '')
}

async function signToken(keys: IssuerKeys, iss: string, nowMs: number): Promise<string> {
  const iat = Math.floor(nowMs / 1000)
  const key = keys.privateKeys.get('RS256')
  if (key === undefined) throw new RangeError('RS256 has no key')
  return new SignJWT({ iss, sub: SUBJECT, aud: CLIENT_ID, iat, exp: iat + 300 })
    .setProtectedHeader({ alg: 'RS256', kid: 'RS256', typ: 'JWT' })
    .sign(key)
}
