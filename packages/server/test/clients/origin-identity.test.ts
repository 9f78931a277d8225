import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetScopedCredentialsCommand,
  GetWebIdentityTokenCommand,
  InsufficientSessionLifetimeException,
  InvalidContextAssertionException,
  InvalidSubjectCredentialsException,
  STSClient,
} from '@aws-sdk/client-sts'
import { createVerifier } from '@credence/verify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUser } from '../support/accounts.ts'
import { REGION } from '../support/calls.ts'
import { formatPolicy } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { ACCOUNT, type IssuerWorld, startIssuerWorld } from '../support/worlds/issuer.ts'

const AUDIENCE = 'https://orders.example.com'

let world: IssuerWorld
const clients: STSClient[] = []
beforeAll(async () => {
  world = await startIssuerWorld()
  await world.server.data.store.saveOidcProvider({
    ...world.provider,
    contextProvider: {
      subjectSourceKey: 'sub',
      subjectTypeValue: 'user',
      subjectTypeSourceKey: null,
      keyDefinitions: [{ sourceKey: 'acr', targetKey: 'Strength' }],
    },
  })
})
afterAll(async () => {
  for (const client of clients) client.destroy()
  await world[Symbol.asyncDispose]()
})

function connect(credentials?: Partial<Credentials>): STSClient {
  const { AccessKeyId = 'none', SecretAccessKey = 'none', SessionToken = '' } = credentials ?? {}
  const client = new STSClient({
    endpoint: world.server.endpoint,
    region: REGION,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken !== '' && { sessionToken: SessionToken }),
    },
    systemClockOffset: world.server.clock.nowMs() - Date.now(),
    maxAttempts: 1,
  })
  clients.push(client)
  return client
}

async function exchange() {
  return connect().send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: world.deployer.arn,
      RoleSessionName: 'ci',
      WebIdentityToken: await world.sign({ sub: 'alice', acr: 'gold' }),
    }),
  )
}

describe('the newest SDK for JavaScript', () => {
  it('reads whom a session acts for, and gets a token that a verifier reads', async () => {
    const { Credentials, TrustedIdentityPropagationContext } = await exchange()
    expect(TrustedIdentityPropagationContext).toEqual({
      OriginIdentity: {
        Subject: 'alice',
        SubjectType: 'user',
        Issuer: world.issuer.url.replace('http://', ''),
        FederatedProviderArn: world.provider.arn,
      },
      TransactionContext: { IdentityProvider: { Strength: 'gold' } },
    })
    const { WebIdentityToken = '' } = await connect(Credentials).send(
      new GetWebIdentityTokenCommand({
        Audience: [AUDIENCE],
        SigningAlgorithm: 'ES384',
        SubjectMode: 'OriginIdentity',
        Scope: 'orders:read',
      }),
    )
    const { iss } = JSON.parse(
      Buffer.from(WebIdentityToken.split('.')[1] ?? '', 'base64url').toString(),
    )
    const verifier = createVerifier({
      issuers: [{ issuer: iss, accounts: [ACCOUNT], allowInsecureHttp: true }],
      audience: AUDIENCE,
      subjectModes: ['OriginIdentity'],
      nowMs: () => world.server.clock.nowMs(),
    })
    const verified = await verifier.verify(WebIdentityToken)
    expect(verified).toMatchObject({
      origin: { subject: 'alice', federatedProvider: world.provider.arn },
      principal: { arn: world.deployer.arn },
      claims: { scope: 'orders:read' },
    })
  })

  it('asserts for whom a role acts, and knows the refusal', async () => {
    const { server, account, provider } = world
    const { credentials } = await addUser(server, account, 'portal')
    const role = await addRole(server, account, 'portal')
    const portal = connect({
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey.reveal(),
    })
    const assume = (ContextAssertion: string) =>
      portal.send(
        new AssumeRoleCommand({
          RoleArn: role.arn,
          RoleSessionName: 'portal',
          ProvidedContexts: [{ ProviderArn: provider.arn, ContextAssertion }],
        }),
      )
    expect(await assume(await world.sign({ sub: 'bob' }))).toMatchObject({
      AssumedRoleUser: { Arn: expect.stringContaining('assumed-role/portal') },
    })
    await expect(assume('nonsense')).rejects.toBeInstanceOf(InvalidContextAssertionException)
    await expect(
      portal.send(new GetScopedCredentialsCommand({ DurationSeconds: 60 })),
    ).rejects.toBeInstanceOf(InvalidSubjectCredentialsException)
  })

  it('scopes credentials down', async () => {
    const { Credentials } = await exchange()
    const client = connect(Credentials)
    const scoped = await client.send(
      new GetScopedCredentialsCommand({
        Policy: formatPolicy([
          { Effect: 'Deny', Action: 'sts:GetWebIdentityToken', Resource: '*' },
        ]),
        DurationSeconds: 600,
        ScopedSessionDescription: 'one errand',
      }),
    )
    expect(scoped).toMatchObject({
      SessionInfo: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci` },
      ScopedPoliciesCount: 1,
      SessionTokenSize: scoped.Credentials?.SessionToken?.length,
      SessionTokenUtilization: expect.any(Number),
    })
    expect(await connect(scoped.Credentials).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: scoped.SessionInfo?.Arn,
    })
    await expect(
      client.send(new GetScopedCredentialsCommand({ DurationSeconds: 3601 })),
    ).rejects.toBeInstanceOf(InsufficientSessionLifetimeException)
  })
})
