import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/secrets/secret.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addUser } from '../support/accounts.ts'
import { trust } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { assumeRole, callSts, expectError, members, sessionTags } from '../support/sts-calls.ts'
import { type IssuerWorld, startIssuerWorld } from '../support/worlds/issuer.ts'
import {
  ACCOUNT,
  policyArns,
  type SessionWorld,
  startSessionWorld,
} from '../support/worlds/session.ts'
import { fullTags } from './tables/request-row.ts'

/** What a request does wrong, from what is looked at first to what is looked at last. */
interface Fault {
  readonly parameters: Readonly<Record<string, string>>
  /** The beginning of the text. */
  readonly refusal: readonly [status: number, code: string, message: string]
}

const CONSTRAINT: Fault = {
  parameters: { DurationSeconds: '1' },
  refusal: [400, 'ValidationError', '1 validation error detected: '],
}
const ROLE_ARN: Fault = {
  parameters: { RoleArn: 'no-arn-but-long-enough' },
  refusal: [400, 'ValidationError', 'no-arn-but-long-enough is invalid'],
}
const POLICY: Fault = {
  parameters: { Policy: '{' },
  refusal: [400, 'MalformedPolicyDocument', 'Syntax errors in policy'],
}
const TAGS: Fault = {
  parameters: sessionTags({ Team: 'a', TEAM: 'b' }),
  refusal: [400, 'InvalidParameterValue', 'Duplicate tag keys found.'],
}
const SECOND_FACTOR: Fault = {
  parameters: { TokenCode: '123456' },
  refusal: [403, 'AccessDenied', 'MultiFactorAuthentication failed'],
}

let world: SessionWorld
let wrongSecret: SigningCredentials
let nobody: SigningCredentials

beforeAll(async () => {
  world = await startSessionWorld()
  wrongSecret = { ...world.callers.role, secretAccessKey: new Secret('wrong'.repeat(8)) }
  nobody = (await addUser(world.server, world.account, 'nobody', { statements: [] })).credentials
})

afterAll(() => world[Symbol.asyncDispose]())

async function expectRefusal(
  credentials: SigningCredentials,
  faults: readonly Fault[],
  refusal: Fault['refusal'],
): Promise<void> {
  const { server, role } = world
  const parameters = Object.assign({}, ...faults.map(fault => fault.parameters))
  const request = { RoleArn: role.arn, RoleSessionName: 'session', ...parameters }
  const answer = await callSts(server, credentials, 'AssumeRole', request)
  expect(answer.status).toBe(refusal[0])
  expect(answer.body).toContain(`<Code>${refusal[1]}</Code>`)
  expect(answer.body).toContain(`<Message>${refusal[2]}`)
}

describe('of several faults of AssumeRole the first is told (aws-wire §1.4)', () => {
  const OF_INPUT = [CONSTRAINT, ROLE_ARN, POLICY, TAGS, SECOND_FACTOR]

  it('the signature', async () => {
    const refusal = [403, 'SignatureDoesNotMatch', 'The request signature we calculated'] as const
    await expectRefusal(wrongSecret, OF_INPUT, refusal)
  })

  it.each(OF_INPUT.map((fault, index) => [fault.refusal[2], index] as const))(
    '%s',
    async (_text, index) => {
      const [first] = OF_INPUT.slice(index)
      if (first === undefined) throw new RangeError('there is no such fault')
      for (const caller of ['user', 'root', 'federated'] as const) {
        await expectRefusal(world.callers[caller], OF_INPUT.slice(index), first.refusal)
      }
      await expectRefusal(nobody, OF_INPUT.slice(index), first.refusal)
    },
  )

  it('the kind of caller, before the role', async () => {
    const unknown = { parameters: { RoleArn: `arn:aws:iam::${ACCOUNT}:role/nobody` } }
    const fault = { ...unknown, refusal: [403, 'AccessDenied', ''] as const }
    const { root, federated } = world.callers
    await expectRefusal(root, [fault], [403, 'AccessDenied', 'Roles may not be assumed by root'])
    await expectRefusal(federated, [fault], [403, 'AccessDenied', 'Cannot call AssumeRole'])
  })

  it('what the caller’s session has for good, before the trust policy', async () => {
    const { server, callers, role, account } = world
    const session = await assumeRole(server, callers.user, role, {
      SourceIdentity: 'alice',
      ...sessionTags({ Team: 'data' }),
      ...members('TransitiveTagKeys', ['Team']),
    })
    const { arn } = await addRole(server, account, 'distrustful', { trust: [trust('*', DENY)] })
    const request = { RoleArn: arn, RoleSessionName: 'session' }
    const changes = { SourceIdentity: 'mallory', ...sessionTags({ Team: 'web' }) }
    const tagged = await callSts(server, session, 'AssumeRole', { ...request, ...changes })
    expect(tagged.body).toContain('<Code>InvalidParameterValue</Code>')
    const named = { ...request, SourceIdentity: 'mallory' }
    expectError(await callSts(server, session, 'AssumeRole', named), [
      400,
      'ValidationError',
      'The source identity is already set for this assume role session',
    ])
    const plain = await callSts(server, session, 'AssumeRole', request)
    expect(plain).toMatchObject({ status: 403 })
  })

  it('the trust policy, then the duration, then managed policies, then the size', async () => {
    const { server, account, callers } = world
    const { arn } = await addRole(server, account, 'short', { maxSessionSeconds: 3600 })
    const request = { RoleArn: arn, RoleSessionName: 'session' }
    const tooLong = { DurationSeconds: '3601' }
    const unknown = policyArns(['arn:aws:iam::aws:policy/Nothing'])
    const ask = async (credentials: SigningCredentials, ...faults: readonly object[]) => {
      const parameters = Object.assign({}, request, ...faults)
      return (await callSts(server, credentials, 'AssumeRole', parameters)).body
    }
    const { user } = callers
    expect(await ask(nobody, tooLong, unknown, fullTags(1))).toContain('is not authorized')
    expect(await ask(user, tooLong, unknown, fullTags(1))).toContain('MaxSessionDuration')
    expect(await ask(user, unknown, fullTags(1))).toContain('does not exist')
    expect(await ask(user, fullTags(1))).toContain('PackedPolicyTooLarge')
  })

  const DENY = { Effect: 'Deny' }
})

describe('of several faults of AssumeRoleWithWebIdentity the first is told', () => {
  it('the request, the token, its roles, the trust policy, the duration', async () => {
    await using issuers: IssuerWorld = await startIssuerWorld()
    const roles = 'https://aws.amazon.com/roles'
    const { arn } = await issuers.addRole({ trust: [trust('*')], maxSessionSeconds: 3600 })
    const tooLong = { DurationSeconds: '3601' }
    const ask = async (token: string, roleArn: string, parameters: object) =>
      (await issuers.exchange(token, roleArn, { ...parameters })).body
    const bad = await issuers.sign({ aud: 'other', [roles]: 'arn:aws:iam::1:role/x' })
    const bound = await issuers.sign({ [roles]: 'arn:aws:iam::1:role/x' })
    const good = await issuers.sign()
    expect(await ask(bad, 'no-arn-but-long-enough', tooLong)).toContain('is invalid')
    expect(await ask(bad, arn, { ...tooLong, Policy: '{' })).toContain('MalformedPolicyDocument')
    expect(await ask(bad, arn, tooLong)).toContain('Incorrect token audience')
    expect(await ask(bound, arn, tooLong)).toContain('roles claim')
    expect(await ask(good, arn, tooLong)).toContain('Not authorized to perform')
    const trusting = await issuers.addRole({ maxSessionSeconds: 3600 })
    expect(await ask(good, trusting.arn, tooLong)).toContain('MaxSessionDuration')
  })
})
