import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { createSelfSigned } from '../../../src/http/test/self-signed.ts'
import { type DevServer, startDevServer } from '../dev-server.ts'
import { CLIENT_ID, type OidcIssuer, startOidcIssuer } from '../oidc-issuer.ts'

/** The account of a developer's installation. */
export const ACCOUNT = '123456789012'

/** A developer's server with roles, and an OpenID provider that one of them trusts. */
export interface RoleWorld extends AsyncDisposable {
  readonly server: DevServer
  readonly issuer: OidcIssuer
  /** What verifiers take for `iss` of our own tokens. */
  readonly ownIssuer: string
  /** A directory for what a user has in `~/.aws`. */
  readonly directory: string
  /** What every client is made with, but for its credentials. */
  readonly clientConfig: {
    readonly endpoint: string
    readonly region: string
    readonly maxAttempts: number
  }
  readonly adminKey: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Clients of the administrator. */
  readonly sts: STSClient
  readonly iam: IAMClient
  /** `/apps/deployer`: trusts the account, and wants an external id. */
  readonly deployer: string
  /** `/apps/auditor`: trusts the deployer. */
  readonly auditor: string
  /** `/ci/runner`: trusts the OpenID provider. */
  readonly runner: string
  readonly providerArn: string
}

/** Makes everything with the calls that a platform engineer would make. */
export async function startRoleWorld(): Promise<RoleWorld> {
  await using stack = new AsyncDisposableStack()
  const directory = mkdtempSync(join(tmpdir(), 'credence-aws-'))
  stack.defer(() => rmSync(directory, { recursive: true }))
  const tls = createSelfSigned('localhost')
  const caFile = join(directory, 'ca.pem')
  writeFileSync(caFile, tls.cert)
  const issuer = stack.use(await startOidcIssuer({ tls }))
  const settings = [`webIdentity.listedOrigins=${issuer.url}`, `webIdentity.caFile=${caFile}`]
  const args = settings.flatMap(setting => ['--set', setting])
  const server = stack.use(await startDevServer({ args }))

  const { environment } = server
  const clientConfig = {
    endpoint: environment['AWS_ENDPOINT_URL_STS'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    maxAttempts: 1,
  }
  const adminKey = {
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
  }
  const sts = new STSClient({ ...clientConfig, credentials: adminKey })
  const iam = new IAMClient({ ...clientConfig, credentials: adminKey })
  stack.defer(() => sts.destroy())
  stack.defer(() => iam.destroy())

  const { OpenIDConnectProviderArn: providerArn = '' } = await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: [CLIENT_ID] }),
  )
  const createRole = async (path: string, name: string, trust: object) => {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        Path: path,
        RoleName: name,
        AssumeRolePolicyDocument: formatPolicy({ Effect: 'Allow', ...trust }),
        MaxSessionDuration: 7200,
        Tags: [{ Key: 'team', Value: name }],
      }),
    )
    const PolicyDocument = formatPolicy({
      Effect: 'Allow',
      Action: ['sts:GetWebIdentityToken', 'sts:AssumeRole'],
      Resource: '*',
    })
    await iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'tokens', PolicyDocument }),
    )
    return Role?.Arn ?? ''
  }
  const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
  const deployer = await createRole('/apps/', 'deployer', {
    Principal: { AWS: ACCOUNT },
    Action,
    Condition: { StringEquals: { 'sts:ExternalId': 'agreed' } },
  })
  const auditor = await createRole('/apps/', 'auditor', { Principal: { AWS: deployer }, Action })
  const runner = await createRole('/ci/', 'runner', {
    Principal: { Federated: providerArn },
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
  })
  const disposal = stack.move()
  return {
    server,
    issuer,
    ownIssuer: environment['CREDENCE_ISSUER'] ?? '',
    directory,
    clientConfig,
    adminKey,
    sts,
    iam,
    deployer,
    auditor,
    runner,
    providerArn,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}

function formatPolicy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}
