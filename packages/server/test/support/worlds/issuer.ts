import type { OidcProvider } from '../../../src/principals/entities.ts'
import type { Parameters as CallParameters, CallResponse } from '../calls.ts'
import {
  addOidcProvider,
  type Claims,
  type IssuerKeys,
  type OidcIssuer,
  startOidcIssuer,
} from '../oidc-issuer.ts'
import { trustProvider } from '../policies.ts'
import { addRole, type RoleOptions, type TestRole } from '../roles.ts'
import type { TestServer } from '../server.ts'
import { callUnsigned } from '../sts-calls.ts'
import { type PopulatedServer, startPopulatedServer } from './populated-server.ts'

/** The account that has registered the issuer of a world. */
export const ACCOUNT = '111111111111'

/** A server, and an issuer that one of its accounts has registered. */
export interface IssuerWorld extends PopulatedServer {
  readonly issuer: OidcIssuer
  readonly provider: OidcProvider
  /** `/ci/deployer`, which trusts the issuer. */
  readonly deployer: TestRole
  /** Another role that trusts the issuer. */
  addRole(options?: RoleOptions): Promise<TestRole>
  /** A token that is good now, but for what is changed. */
  sign(claims?: Claims, header?: Parameters<OidcIssuer['sign']>[2]): Promise<string>
  /** Exchanges a token for a session of a role, the deployer if none is named. */
  exchange(token: string, roleArn?: string, parameters?: CallParameters): Promise<CallResponse>
}

/** Starts an issuer with these keys, and a server that may ask it; some settings changed. */
export async function startIssuerWorld(
  keys?: IssuerKeys,
  changes: Readonly<Record<string, string>> = {},
): Promise<IssuerWorld> {
  await using stack = new AsyncDisposableStack()
  const issuer = stack.use(await startOidcIssuer(keys === undefined ? {} : { keys }))
  const settings = { 'webIdentity.listedOrigins': issuer.url, ...changes }
  let count = 0
  const populated = await startPopulatedServer<Omit<IssuerWorld, keyof PopulatedServer>>(
    ACCOUNT,
    async (server, account) => {
      const provider = await addOidcProvider(server, account, issuer.url)
      const trusting = { trust: trustProvider(provider.arn) }
      const deployer = await addRole(server, account, 'deployer', { path: '/ci/', ...trusting })
      return {
        issuer,
        provider,
        deployer,
        addRole: options => {
          count += 1
          return addRole(server, account, `role-${count}`, { ...trusting, ...options })
        },
        sign: (claims, header) => issuer.sign(server.clock.nowMs(), claims, header),
        exchange: (token, roleArn = deployer.arn, parameters = {}) =>
          exchangeToken(server, roleArn, token, parameters),
      }
    },
    { settings },
  )
  stack.use(populated)
  const disposal = stack.move()
  return {
    ...populated,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}

/** Asks for a session of a role with a token. */
export function exchangeToken(
  server: Pick<TestServer, 'port'>,
  roleArn: string,
  token: string,
  parameters: CallParameters = {},
): Promise<CallResponse> {
  return callUnsigned(server, 'AssumeRoleWithWebIdentity', {
    RoleArn: roleArn,
    RoleSessionName: 'ci',
    WebIdentityToken: token,
    ...parameters,
  })
}

/** The refusal of a token. */
export function invalidToken(message: string) {
  return [400, 'InvalidIdentityToken', message] as const
}

/** The refusal of a token whose key cannot be had, and not only at present. */
export const NO_KEY = invalidToken(
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
)
