import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts'
import {
  fromIni,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from '@aws-sdk/credential-providers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { createTestClock } from '../support/clock.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import { ACCOUNT, type RoleWorld, startRoleWorld } from '../support/worlds/role.ts'
import { verifyWithJose, verifyWithJsonwebtoken } from './verify-as-stranger.ts'

const CLAIMS = 'https://sts.amazonaws.com/'
const AUDIENCE = 'https://api.example.com'
const PROGRAM = join(import.meta.dirname, 'print-token.ts')

let world: RoleWorld

beforeAll(async () => {
  world = await startRoleWorld()
  writeFileSync(join(world.directory, 'credentials'), formatCredentials())
  writeFileSync(join(world.directory, 'config'), formatConfig())
}, 60_000)

afterAll(() => world[Symbol.asyncDispose]())

function formatCredentials(): string {
  const { accessKeyId, secretAccessKey } = world.adminKey
  return `[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
}

/** Three profiles as people write them: a key, a role over it, a role over that role. */
function formatConfig(): string {
  const { region } = world.clientConfig
  return `
[profile base]
region = ${region}

[profile deployer]
region = ${region}
role_arn = ${world.deployer}
source_profile = base
role_session_name = laptop
external_id = agreed
duration_seconds = 1800

[profile auditor]
region = ${region}
role_arn = ${world.auditor}
source_profile = deployer
role_session_name = laptop
`
}

/** Who credentials are of, and what a stranger reads in a token that they ask for. */
async function inspect(credentials: NonNullable<STSClientConfig['credentials']>) {
  const sts = new STSClient({ ...world.clientConfig, credentials })
  const { Arn: arn } = await sts.send(new GetCallerIdentityCommand())
  const { WebIdentityToken: token = '' } = await sts.send(
    new GetWebIdentityTokenCommand({ Audience: [AUDIENCE], SigningAlgorithm: 'RS256' }),
  )
  sts.destroy()
  return { arn, claims: await verifyWithJsonwebtoken(token, world.ownIssuer, AUDIENCE) }
}

/** Runs a program of its own that knows nothing but its environment. */
async function runProgram(environment: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], {
    env: {
      PATH,
      AWS_REGION: world.clientConfig.region,
      AWS_ENDPOINT_URL_STS: world.clientConfig.endpoint,
      AWS_CONFIG_FILE: join(world.directory, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(world.directory, 'credentials'),
      ...environment,
    },
  })
  const { arn, token } = JSON.parse(stdout)
  return { arn, claims: await verifyWithJose(token, world.ownIssuer, AUDIENCE) }
}

/** Seconds until the session of a token's caller ends. */
function sessionSeconds(claims: Readonly<Record<string, unknown>>): number {
  const { original_session_exp: end = '' } = claims[CLAIMS] as Readonly<Record<string, string>>
  return (Date.parse(end) - Date.now()) / 1000
}

describe('a program that knows nothing but its environment', () => {
  it('is a role by AWS_PROFILE, with role_arn and source_profile', async () => {
    const { arn, claims } = await runProgram({ AWS_PROFILE: 'deployer' })
    expect(arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/deployer/laptop`)
    expect(claims).toMatchObject({
      sub: world.deployer,
      [CLAIMS]: { principal_id: world.deployer, principal_tags: { team: 'deployer' } },
    })
    expect(world.deployer).toBe(`arn:aws:iam::${ACCOUNT}:role/apps/deployer`)
    expect(sessionSeconds(claims)).toBeGreaterThan(1700)
    expect(sessionSeconds(claims)).toBeLessThanOrEqual(1801)
  })

  it('is a role over a role by a profile over a profile', async () => {
    const { arn, claims } = await runProgram({ AWS_PROFILE: 'auditor' })
    expect(arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/auditor/laptop`)
    expect(claims).toMatchObject({ sub: world.auditor })
  })

  it('is a role by AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN', async () => {
    const file = join(world.directory, 'token')
    writeFileSync(file, await world.issuer.sign(Date.now()))
    const { arn, claims } = await runProgram({
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: world.runner,
      AWS_ROLE_SESSION_NAME: 'build-7',
    })
    expect(arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/runner/build-7`)
    expect(claims).toMatchObject({
      sub: world.runner,
      [CLAIMS]: { federated_provider: world.providerArn },
    })
  })
})

describe('credence token', () => {
  /** The subject of the token that it prints, with nothing but its environment. */
  async function runToken(environment: Readonly<Record<string, string>>): Promise<unknown> {
    using terminal = createFakeTerminal({
      clock: createTestClock(Date.now()),
      env: {
        AWS_REGION: world.clientConfig.region,
        AWS_ENDPOINT_URL_STS: world.clientConfig.endpoint,
        AWS_CONFIG_FILE: join(world.directory, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: join(world.directory, 'credentials'),
        ...environment,
      },
    })
    const exitCode = await runCli(['token', '--audience', AUDIENCE], terminal)
    expect(exitCode, terminal.errors()).toBe(0)
    const { sub } = await verifyWithJose(terminal.output().trim(), world.ownIssuer, AUDIENCE)
    return sub
  }

  it('is a role by a profile, and a role over a role', async () => {
    expect(await runToken({ AWS_PROFILE: 'deployer' })).toBe(world.deployer)
    expect(await runToken({ AWS_PROFILE: 'auditor' })).toBe(world.auditor)
  })

  it('is a role by a web identity token file', async () => {
    const file = join(world.directory, 'token-of-the-pod')
    writeFileSync(file, await world.issuer.sign(Date.now()))
    const environment = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: world.runner }
    expect(await runToken(environment)).toBe(world.runner)
  })
})

describe('credential providers', () => {
  it('fromTemporaryCredentials, with everything that AssumeRole takes', async () => {
    const { arn, claims } = await inspect(
      fromTemporaryCredentials({
        masterCredentials: world.adminKey,
        clientConfig: world.clientConfig,
        params: {
          RoleArn: world.deployer,
          RoleSessionName: 'sdk',
          ExternalId: 'agreed',
          DurationSeconds: 900,
          SourceIdentity: 'alice',
          Tags: [{ Key: 'Project', Value: 'x y' }],
          TransitiveTagKeys: ['Project'],
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' },
          }),
          PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
        },
      }),
    )
    expect(arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/deployer/sdk`)
    expect(claims).toMatchObject({
      sub: world.deployer,
      [CLAIMS]: {
        source_identity: 'alice',
        principal_tags: { team: 'deployer', Project: 'x y' },
      },
    })
    expect(sessionSeconds(claims)).toBeLessThanOrEqual(901)
  })

  it('fromTemporaryCredentials over itself', async () => {
    const deployer = fromTemporaryCredentials({
      masterCredentials: world.adminKey,
      clientConfig: world.clientConfig,
      params: { RoleArn: world.deployer, RoleSessionName: 'sdk', ExternalId: 'agreed' },
    })
    const { claims } = await inspect(
      fromTemporaryCredentials({
        masterCredentials: deployer,
        clientConfig: world.clientConfig,
        params: { RoleArn: world.auditor, RoleSessionName: 'sdk' },
      }),
    )
    expect(claims).toMatchObject({ sub: world.auditor })
  })

  it('fromIni, with role_arn and source_profile', async () => {
    const { claims } = await inspect(
      fromIni({
        profile: 'auditor',
        configFilepath: join(world.directory, 'config'),
        filepath: join(world.directory, 'credentials'),
        clientConfig: world.clientConfig,
      }),
    )
    expect(claims).toMatchObject({ sub: world.auditor })
  })

  it('fromTokenFile', async () => {
    const webIdentityTokenFile = join(world.directory, 'token-file')
    writeFileSync(webIdentityTokenFile, await world.issuer.sign(Date.now(), {}, { alg: 'ES256' }))
    const provider = fromTokenFile({
      webIdentityTokenFile,
      roleArn: world.runner,
      roleSessionName: 'build-8',
      clientConfig: world.clientConfig,
    })
    const { expiration } = await provider()
    expect(((expiration?.getTime() ?? 0) - Date.now()) / 1000).toBeGreaterThan(3500)
    const { arn, claims } = await inspect(provider)
    expect(arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/runner/build-8`)
    expect(claims).toMatchObject({ sub: world.runner })
  })

  it('fromWebToken, with tags and a source identity in the token', async () => {
    const webIdentityToken = await world.issuer.sign(Date.now(), {
      'https://aws.amazon.com/tags': { principal_tags: { Ref: ['refs/heads/main'] } },
      'https://aws.amazon.com/source_identity': 'octocat',
    })
    const { claims } = await inspect(
      fromWebToken({
        webIdentityToken,
        roleArn: world.runner,
        roleSessionName: 'build-9',
        clientConfig: world.clientConfig,
      }),
    )
    expect(claims).toMatchObject({
      sub: world.runner,
      [CLAIMS]: {
        source_identity: 'octocat',
        federated_provider: world.providerArn,
        principal_tags: { team: 'runner', Ref: 'refs/heads/main' },
      },
    })
  })
})
