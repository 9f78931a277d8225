import type { Account } from '../../../src/principals/entities.ts'
import type { SigningCredentials } from '../../../src/wire/sigv4/sign.ts'
import { addAccount, addRootKey, addUser, type TestUser } from '../accounts.ts'
import { addRole, formatPolicy, type TestRole } from '../roles.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../server.ts'
import { assumeRole, callSts, members, readCredentials } from '../sts-calls.ts'

/** The account of everybody in a world. */
export const ACCOUNT = '111111111111'

/** Who calls, by the credentials that are used. */
export type CallerName =
  /** A user who may do everything, with a long-term key. */
  | 'user'
  /** The account's root, with a long-term key. */
  | 'root'
  /** A session of a role that may do everything. */
  | 'role'
  /** The user's session of `GetSessionToken`. */
  | 'user-session'
  /** The root's session of `GetSessionToken`. */
  | 'root-session'
  /** The user's session of `GetFederationToken` with a policy that allows everything. */
  | 'federated'

/** A server with an account in which everybody may do everything. */
export interface SessionWorld extends AsyncDisposable {
  readonly server: TestServer
  readonly account: Account
  readonly user: TestUser
  /** Trusts the account; sessions of up to twelve hours. */
  readonly role: TestRole
  readonly callers: Readonly<Record<CallerName, SigningCredentials>>
}

/** Allows everything. */
export const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' }

/** Starts a server with everybody in it. */
export async function startSessionWorld(options: TestServerOptions = {}): Promise<SessionWorld> {
  const server = await startTestServer(options)
  const account = await addAccount(server, ACCOUNT)
  const user = await addUser(server, account, 'alice', { path: '/team/', tags: { Team: 'data' } })
  const role = await addRole(server, account, 'deployer', { path: '/team/' })
  const root = await addRootKey(server, account)
  const getSession = async (credentials: SigningCredentials) =>
    readCredentials(await callSts(server, credentials, 'GetSessionToken'))
  const federated = await callSts(server, user.credentials, 'GetFederationToken', {
    Name: 'bob',
    Policy: formatPolicy([ALLOW_ALL]),
  })
  return {
    server,
    account,
    user,
    role,
    callers: {
      user: user.credentials,
      root,
      role: await assumeRole(server, user.credentials, role),
      'user-session': await getSession(user.credentials),
      'root-session': await getSession(root),
      federated: readCredentials(federated),
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Managed session policies, as parameters. */
export function policyArns(arns: readonly string[]) {
  return members(
    'PolicyArns',
    arns.map(arn => ({ arn })),
  )
}
