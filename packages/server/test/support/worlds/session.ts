import type { Account } from '../../../src/principals/entities.ts'
import type { SigningCredentials } from '../../../src/wire/sigv4/sign.ts'
import { addRootKey, addUser, type TestUser } from '../accounts.ts'
import { ALLOW_ALL, formatPolicy } from '../policies.ts'
import { addRole, type TestRole } from '../roles.ts'
import type { TestServer, TestServerOptions } from '../server.ts'
import { assumeRole, callSts, members, readCredentials } from '../sts-calls.ts'
import { type PopulatedServer, startPopulatedServer } from './populated-server.ts'

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
export interface SessionWorld extends PopulatedServer {
  readonly user: TestUser
  /** Trusts the account; sessions of up to twelve hours. */
  readonly role: TestRole
  readonly callers: Readonly<Record<CallerName, SigningCredentials>>
}

/** Starts a server with everybody in it. */
export function startSessionWorld(options: TestServerOptions = {}): Promise<SessionWorld> {
  return startPopulatedServer(ACCOUNT, addCallers, options)
}

async function addCallers(
  server: TestServer,
  account: Account,
): Promise<Pick<SessionWorld, 'user' | 'role' | 'callers'>> {
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
  }
}

/** Managed session policies, as parameters. */
export function policyArns(arns: readonly string[]) {
  return members(
    'PolicyArns',
    arns.map(arn => ({ arn })),
  )
}
