import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLastEvent } from '../support/audit.ts'
import { ALGORITHMS, CLIENT_ID, SUBJECT, startOidcIssuer } from '../support/oidc-issuer.ts'
import { formatPolicy, trust } from '../support/policies.ts'
import {
  assumeRole,
  callSts,
  expectError,
  findInResult,
  identify,
  issueToken,
  readCredentials,
} from '../support/sts-calls.ts'
import { ACCOUNT, type IssuerWorld, startIssuerWorld } from '../support/worlds/issuer.ts'
import { policyArns } from '../support/worlds/session.ts'

const TAGS = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'

let world: IssuerWorld

beforeAll(async () => {
  world = await startIssuerWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

describe('the answer', () => {
  it('is credentials, and what the token has proven', async () => {
    const answer = await world.exchange(await world.sign())
    const { accessKeyId, secretAccessKey, sessionToken } = readCredentials(answer)
    expect(
      answer.body,
    ).toBe(`<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Audience>${CLIENT_ID}</Audience>
    <AssumedRoleUser>
      <AssumedRoleId>${world.deployer.role.id}:ci</AssumedRoleId>
      <Arn>arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci</Arn>
    </AssumedRoleUser>
    <Provider>${world.provider.arn}</Provider>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey.reveal()}</SecretAccessKey>
      <SessionToken>${sessionToken?.reveal()}</SessionToken>
      <Expiration>2026-11-22T21:12:19Z</Expiration>
    </Credentials>
    <SubjectFromWebIdentityToken>${SUBJECT}</SubjectFromWebIdentityToken>
    <SessionTokenUtilization>${Math.ceil((sessionToken?.reveal().length ?? 0) / 81.92)}</SessionTokenUtilization>
    <SessionTokenSize>${sessionToken?.reveal().length}</SessionTokenSize>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata>
    <RequestId>${answer.headers['x-amzn-requestid']}</RequestId>
  </ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
`)
    expect(atob(answer.headers['x-amz-sts-extended-request-id'] ?? '')).toMatch(/^1:us-east-1:S:/)
  })

  it.each(ALGORITHMS)('comes for a token signed with %s', async alg => {
    const token = await world.issuer.sign(world.server.clock.nowMs(), {}, { alg })
    expect(await world.exchange(token)).toMatchObject({ status: 200 })
  })

  it('comes for a GET, and from a host with any path', async () => {
    const query = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: world.deployer.arn,
      RoleSessionName: 'ci',
      WebIdentityToken: await world.sign(),
    })
    const answer = await fetch(`${world.server.endpoint}/tenant/sts/?${query}`)
    expect(answer.status).toBe(200)
  })

  it('comes for a token of another issuer only from its own keys', async () => {
    await using other = await startOidcIssuer()
    const forged = await other.sign(world.server.clock.nowMs(), { iss: world.issuer.url })
    expectError(await world.exchange(forged), [
      400,
      'InvalidIdentityToken',
      'The signature of the token is not valid',
    ])
  })

  it('does not wait for the role: its session may outlive the token', async () => {
    const now = Math.floor(world.server.clock.nowMs() / 1000)
    const answer = await world.exchange(await world.sign({ exp: now + 60 }), undefined, {
      DurationSeconds: '43200',
    })
    expect(readCredentials(answer).expiration).toBe('2026-11-23T08:12:19Z')
  })

  it('does not outlast the role’s maximum', async () => {
    const role = await world.addRole({ maxSessionSeconds: 3600 })
    const asked = { DurationSeconds: '3601' }
    expectError(await world.exchange(await world.sign(), role.arn, asked), [
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ])
  })
})

describe('the session', () => {
  it('is of the role, and says in tokens where it came from', async () => {
    const session = readCredentials(await world.exchange(await world.sign()))
    expect(await identify(world.server, session)).toEqual({
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci`,
      userId: `${world.deployer.role.id}:ci`,
    })
    const { claims, awsClaims } = await issueToken(world.server, session)
    expect(claims.sub).toBe(`arn:aws:iam::${ACCOUNT}:role/ci/deployer`)
    expect(awsClaims).toMatchObject({
      federated_provider: world.provider.arn,
      original_session_exp: '2026-11-22T21:12:19Z',
    })
  })

  it('has the tags and the source identity of the token', async () => {
    const role = await world.addRole({ tags: { TEAM: 'role', owner: 'role' } })
    const answer = await world.exchange(
      await world.sign({
        [TAGS]: {
          principal_tags: { Team: ['data'], Ref: ['main'] },
          transitive_tag_keys: ['Team'],
        },
        [SOURCE_IDENTITY]: 'octocat',
      }),
      role.arn,
    )
    expect(findInResult(answer, 'SourceIdentity')).toBe('octocat')
    expect(findInResult(answer, 'PackedPolicySize')).toBe('1')
    const session = readCredentials(answer)
    expect((await issueToken(world.server, session)).awsClaims).toMatchObject({
      source_identity: 'octocat',
      principal_tags: { owner: 'role', Team: 'data', Ref: 'main' },
    })

    // The next role hears of transitive tags and the source identity, not of the provider.
    const next = await world.addRole({ trust: [trust(ACCOUNT)] })
    const chained = await assumeRole(world.server, session, next)
    const { awsClaims } = await issueToken(world.server, chained)
    expect(awsClaims).toMatchObject({
      source_identity: 'octocat',
      principal_tags: { Team: 'data' },
    })
    expect(awsClaims).not.toHaveProperty('federated_provider')
    const tooLong = { RoleArn: next.arn, RoleSessionName: 'x', DurationSeconds: '3601' }
    expect(await callSts(world.server, session, 'AssumeRole', tooLong)).toMatchObject({
      status: 400,
    })
  })

  it('is narrowed by session policies', async () => {
    const Policy = formatPolicy([
      { Effect: 'Allow', Action: 'sts:GetAccessKeyInfo', Resource: '*' },
    ])
    const answer = await world.exchange(await world.sign(), undefined, { Policy })
    const decode = { EncodedMessage: 'a' }
    const session = readCredentials(answer)
    const action = 'sts:DecodeAuthorizationMessage'
    expectError(await callSts(world.server, session, 'DecodeAuthorizationMessage', decode), [
      403,
      'AccessDenied',
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci is not authorized to perform: ${action} on resource: * because no session policy allows the ${action} action`,
    ])
    const unknown = policyArns(['arn:aws:iam::aws:policy/Nothing'])
    expectError(await world.exchange(await world.sign(), undefined, unknown), [
      400,
      'ValidationError',
      'Policy arn:aws:iam::aws:policy/Nothing does not exist.',
    ])
  })

  it('shows its provider to policies', async () => {
    const condition = (arn: string) => ({
      Condition: { StringEquals: { 'aws:FederatedProvider': arn } },
    })
    const statement = { Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' }
    const seen = await world.addRole({
      statements: [{ ...statement, ...condition(world.provider.arn) }],
    })
    await issueToken(
      world.server,
      readCredentials(await world.exchange(await world.sign(), seen.arn)),
    )
  })
})

describe('the audit', () => {
  it('says who came, and what for', async () => {
    const { accessKeyId } = readCredentials(await world.exchange(await world.sign()))
    expect(readLastEvent(world.server)).toMatchObject({
      eventName: 'AssumeRoleWithWebIdentity',
      awsRegion: 'us-east-1',
      recipientAccountId: ACCOUNT,
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `${world.provider.arn}:${CLIENT_ID}:${SUBJECT}`,
        userName: SUBJECT,
        identityProvider: world.provider.arn,
      },
      requestParameters: { roleArn: world.deployer.arn, roleSessionName: 'ci' },
      responseElements: {
        credentials: { accessKeyId },
        assumedRoleUser: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci` },
        provider: world.provider.arn,
        audience: CLIENT_ID,
        subjectFromWebIdentityToken: SUBJECT,
      },
    })
  })

  it('says of a session that it came from a provider', async () => {
    await identify(world.server, readCredentials(await world.exchange(await world.sign())))
    expect(readLastEvent(world.server).userIdentity).toMatchObject({
      type: 'AssumedRole',
      sessionContext: { webIdFederationData: { federatedProvider: world.provider.arn } },
    })
  })

  it('never has the token', async () => {
    const good = await world.sign()
    const bad = await world.sign({ aud: 'other' })
    const { secretAccessKey, sessionToken } = readCredentials(await world.exchange(good))
    await world.exchange(bad)
    const written = `${world.server.readAudit()}${world.server.readLog()}`
    const parts = [good, bad].flatMap(token => token.split('.').slice(1))
    for (const secret of [...parts, secretAccessKey.reveal(), sessionToken?.reveal() ?? '']) {
      expect(written).not.toContain(secret)
    }
  })
})
