import {
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  FeatureDisabledException,
  FeatureEnabledException,
  GetOutboundWebIdentityFederationInfoCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import {
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DevServer, startDevServer } from '../support/dev-server.ts'
import { verifyWithJose, verifyWithJsonwebtoken } from './verify-as-stranger.ts'

const CLAIMS = 'https://sts.amazonaws.com/'

let server: DevServer
let sts: STSClient
let iam: IAMClient
let issuer: string

beforeAll(async () => {
  server = await startDevServer()
  issuer = server.environment['CREDENCE_ISSUER'] ?? ''
  sts = new STSClient(clientConfig('AWS_ENDPOINT_URL_STS'))
  iam = new IAMClient(clientConfig('AWS_ENDPOINT_URL_IAM'))
})

afterAll(async () => {
  sts.destroy()
  iam.destroy()
  await server[Symbol.asyncDispose]()
})

function clientConfig(endpointVariable: string) {
  const { environment } = server
  return {
    endpoint: environment[endpointVariable] ?? '',
    region: environment['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
    maxAttempts: 1,
  }
}

async function issue(input: Partial<ConstructorParameters<typeof GetWebIdentityTokenCommand>[0]>) {
  const answer = await sts.send(
    new GetWebIdentityTokenCommand({ Audience: ['a'], SigningAlgorithm: 'ES384', ...input }),
  )
  return {
    token: answer.WebIdentityToken ?? '',
    expiration: answer.Expiration,
    metadata: answer.$metadata,
  }
}

describe('GetWebIdentityToken with the AWS SDK for JavaScript', () => {
  it.each([
    ['RS256', verifyWithJose],
    ['ES384', verifyWithJose],
    ['RS256', verifyWithJsonwebtoken],
    ['ES384', verifyWithJsonwebtoken],
  ])('issues an %s token that a stranger verifies', async (algorithm, verify) => {
    const { token, expiration, metadata } = await issue({
      Audience: ['https://a.example', 'b c+d é'],
      SigningAlgorithm: algorithm,
      DurationSeconds: 900,
      Tags: [
        { Key: 'team', Value: 'data é' },
        { Key: 'empty', Value: '' },
      ],
    })
    const claims = await verify(token, issuer, 'b c+d é')
    expect(claims).toMatchObject({
      iss: issuer,
      aud: ['https://a.example', 'b c+d é'],
      sub: 'arn:aws:iam::123456789012:user/admin',
      [CLAIMS]: {
        aws_account: '123456789012',
        source_region: server.environment['AWS_REGION'],
        request_tags: { team: 'data é', empty: '' },
      },
    })
    expect(claims.exp - claims.iat).toBe(900)
    const afterExpMs = (expiration?.getTime() ?? 0) - claims.exp * 1000
    expect(afterExpMs).toBeGreaterThanOrEqual(0)
    expect(afterExpMs).toBeLessThan(1000)
    expect(metadata.requestId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  it('writes a single audience as a string, and takes an empty list of tags as none', async () => {
    const claims = await verifyWithJose((await issue({ Tags: [] })).token, issuer, 'a')
    expect(claims['aud']).toBe('a')
    expect(claims[CLAIMS]).not.toHaveProperty('request_tags')
    expect(claims.exp - claims.iat).toBe(300)
  })

  it.each([
    [
      'a payload over the limit',
      { Audience: Array(10).fill('a'.repeat(1000)), Tags: manyTags() },
      JWTPayloadSizeExceededException,
    ],
    ['an unsupported algorithm', { SigningAlgorithm: 'RS384' }, STSServiceException],
    ['no audience', { Audience: [] }, STSServiceException],
  ])('refuses %s with its typed exception', async (_what, input, exception) => {
    await expect(issue(input)).rejects.toBeInstanceOf(exception)
  })

  it('keeps working under a path prefix, to which the SDK appends a slash', async () => {
    const prefixed = new STSClient({
      ...clientConfig('AWS_ENDPOINT_URL_STS'),
      endpoint: `${server.environment['AWS_ENDPOINT_URL_STS']}/tenant-a/sts`,
    })
    const identity = await prefixed.send(new GetCallerIdentityCommand())
    prefixed.destroy()
    expect(identity.Arn).toBe('arn:aws:iam::123456789012:user/admin')
  })
})

describe('outbound federation with the AWS SDK for JavaScript', () => {
  it('goes off and on with the same issuer, with typed exceptions on the way', async () => {
    const info = await iam.send(new GetOutboundWebIdentityFederationInfoCommand())
    expect(info).toMatchObject({ IssuerIdentifier: issuer, JwtVendingEnabled: true })
    const enable = () => iam.send(new EnableOutboundWebIdentityFederationCommand())
    const disable = () => iam.send(new DisableOutboundWebIdentityFederationCommand())
    await expect(enable()).rejects.toBeInstanceOf(FeatureEnabledException)
    const { token } = await issue({})
    await disable()
    await expect(issue({})).rejects.toBeInstanceOf(OutboundWebIdentityFederationDisabledException)
    await expect(disable()).rejects.toBeInstanceOf(FeatureDisabledException)
    await expect(
      iam.send(new GetOutboundWebIdentityFederationInfoCommand()),
    ).rejects.toBeInstanceOf(FeatureDisabledException)
    await verifyWithJose(token, issuer, 'a')
    expect((await enable()).IssuerIdentifier).toBe(issuer)
    await verifyWithJose(token, issuer, 'a')
  })
})

function manyTags() {
  return Array.from({ length: 50 }, (_, index) => ({
    Key: String(index).padStart(128, '0'),
    Value: 'v'.repeat(256),
  }))
}
