import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  DecodeAuthorizationMessageCommand,
  ExpiredTokenException,
  GetAccessKeyInfoCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InvalidAuthorizationMessageException,
  InvalidIdentityTokenException,
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  SessionDurationEscalationException,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DISCOVERY, KEYS } from '../support/oidc-issuer.ts'
import { ACCOUNT, type RoleWorld, startRoleWorld } from '../support/worlds/role.ts'

let world: RoleWorld

beforeAll(async () => {
  world = await startRoleWorld()
}, 60_000)

afterAll(() => world[Symbol.asyncDispose]())

function assume(changes: object = {}) {
  return world.sts.send(
    new AssumeRoleCommand({
      RoleArn: world.deployer,
      RoleSessionName: 'sdk',
      ExternalId: 'agreed',
      ...changes,
    }),
  )
}

function exchange(WebIdentityToken: string) {
  return world.sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: world.runner,
      RoleSessionName: 'sdk',
      WebIdentityToken,
    }),
  )
}

/** A client with temporary credentials. */
function createClient(credentials: Credentials | undefined): STSClient {
  return new STSClient({ ...world.clientConfig, credentials: toIdentity(credentials) })
}

function toIdentity(credentials: Credentials | undefined) {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = credentials ?? {}
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  }
}

describe('the AWS SDK for JavaScript reads as its own exceptions', () => {
  it.each([
    ['a malformed session policy', { Policy: '{' }, MalformedPolicyDocumentException],
    [
      'session tags that take too much',
      {
        Tags: Array.from({ length: 20 }, (_, index) => ({
          Key: `k${index}`,
          Value: 'v'.repeat(256),
        })),
      },
      PackedPolicyTooLargeException,
    ],
  ])('%s', async (_what, changes, exception) => {
    await expect(assume(changes)).rejects.toBeInstanceOf(exception)
  })

  it('a token that is over', async () => {
    const token = await world.issuer.sign(Date.now() - 3_600_000)
    await expect(exchange(token)).rejects.toBeInstanceOf(ExpiredTokenException)
  })

  it('a token for somebody else', async () => {
    const token = await world.issuer.sign(Date.now(), { aud: 'other' })
    await expect(exchange(token)).rejects.toBeInstanceOf(InvalidIdentityTokenException)
  })

  it('an issuer that fails, and a key that it has revoked', async () => {
    const token = await world.issuer.sign(Date.now())
    const { documents, jwks } = world.issuer
    documents.set(KEYS, response => response.writeHead(503).end())
    await expect(exchange(token)).rejects.toBeInstanceOf(IDPCommunicationErrorException)
    expect(world.issuer.asked).toContain(DISCOVERY)

    await using other = await startRoleWorld()
    other.issuer.documents.set(KEYS, {
      keys: other.issuer.jwks.keys.map(jwk => ({ ...jwk, revoked: {} })),
    })
    const revoked = await other.issuer.sign(Date.now())
    const request = new AssumeRoleWithWebIdentityCommand({
      RoleArn: other.runner,
      RoleSessionName: 'sdk',
      WebIdentityToken: revoked,
    })
    await expect(other.sts.send(request)).rejects.toBeInstanceOf(IDPRejectedClaimException)
    documents.set(KEYS, jwks)
  })

  it('a message that nobody has sealed', async () => {
    const decode = new DecodeAuthorizationMessageCommand({ EncodedMessage: 'bm90IHNlYWxlZA==' })
    await expect(world.sts.send(decode)).rejects.toBeInstanceOf(
      InvalidAuthorizationMessageException,
    )
  })

  it('a token that would outlive its session', async () => {
    const { Credentials } = await assume({ DurationSeconds: 900 })
    const sts = createClient(Credentials)
    const ask = new GetWebIdentityTokenCommand({
      Audience: ['a'],
      SigningAlgorithm: 'ES384',
      DurationSeconds: 3600,
    })
    await expect(sts.send(ask)).rejects.toBeInstanceOf(SessionDurationEscalationException)
    sts.destroy()
  })
})

describe('the other operations of STS with the AWS SDK for JavaScript', () => {
  it('AssumeRole says what the session carries', async () => {
    const answer = await assume({ SourceIdentity: 'alice', Tags: [{ Key: 'a', Value: 'b' }] })
    expect(answer).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/sdk` },
      SourceIdentity: 'alice',
      PackedPolicySize: 1,
    })
    expect(answer.Credentials?.Expiration).toBeInstanceOf(Date)
  })

  it('GetSessionToken, whose sessions may not call IAM', async () => {
    const { Credentials } = await world.sts.send(
      new GetSessionTokenCommand({ DurationSeconds: 900 }),
    )
    const credentials = toIdentity(Credentials)
    const iam = new IAMClient({ ...world.clientConfig, credentials })
    await expect(iam.send(new ListRolesCommand())).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
    iam.destroy()
  })

  it('GetFederationToken, whose sessions may not ask for tokens', async () => {
    const { Credentials, FederatedUser } = await world.sts.send(
      new GetFederationTokenCommand({ Name: 'bob', Tags: [{ Key: 'a', Value: 'b' }] }),
    )
    expect(FederatedUser).toEqual({
      FederatedUserId: `${ACCOUNT}:bob`,
      Arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
    })
    const sts = createClient(Credentials)
    const ask = new GetWebIdentityTokenCommand({ Audience: ['a'], SigningAlgorithm: 'ES384' })
    await expect(sts.send(ask)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'GetWebIdentityToken does not support federated user sessions',
    })
    sts.destroy()
  })

  it('GetAccessKeyInfo', async () => {
    const ask = new GetAccessKeyInfoCommand({ AccessKeyId: world.adminKey.accessKeyId })
    expect(await world.sts.send(ask)).toMatchObject({ Account: ACCOUNT })
  })
})
